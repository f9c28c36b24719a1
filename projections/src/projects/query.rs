//! How much of a project's quota is held.

use aggregates::quota::Resource;
use sqlx::{PgExecutor, Row};
use uuid::Uuid;
use values::{Quantity, ScopeId};

/// How much there is of something, and how much of it is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Of what.
    pub resource: Resource,
    /// The most that may be held; `None` where it is not limited.
    pub limit: Option<Quantity>,
    /// What is held.
    pub used: Quantity,
}

/// How much of what the namespaces of a project hold, for what is limited or held.
///
/// # Errors
/// The database could not answer.
pub async fn held(db: impl PgExecutor<'_>, org: ScopeId, project: Uuid) -> Result<Vec<Held>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT coalesce(l.resource, h.resource) AS resource, l.at_most::text AS at_most, \
         coalesce(h.used, 0)::text AS used \
         FROM (SELECT resource, at_most FROM pool_limits WHERE org_id = $1 AND pool_id = $2) l \
         FULL JOIN (SELECT resource, sum(amount) AS used FROM pool_holdings \
         WHERE org_id = $1 AND pool_id = $2 GROUP BY resource) h ON h.resource = l.resource \
         ORDER BY 1",
    )
    .bind(org.as_uuid())
    .bind(project)
    .fetch_all(db)
    .await?;
    let held = rows.iter().map(|row| {
        let resource: &str = row.try_get("resource")?;
        let Some(resource) = Resource::parse(resource) else { return Ok(None) };
        let limit: Option<&str> = row.try_get("at_most")?;
        let limit = limit.map(|limit| amount(resource, limit)).transpose()?;
        Ok(Some(Held { resource, limit, used: amount(resource, row.try_get("used")?)? }))
    });
    held.filter_map(Result::transpose).collect()
}

/// An amount as the database gives it: units of 10⁻⁹.
fn amount(resource: Resource, nanos: &str) -> Result<Quantity, sqlx::Error> {
    let quantity = nanos.parse().ok().and_then(Quantity::from_nanos);
    quantity
        .map(|quantity| resource.written(quantity))
        .ok_or_else(|| sqlx::Error::Decode(format!("{nanos} is no amount").into()))
}
