//! How much of a project's quota is held; what was in it when it was deleted.

use aggregates::quota::Resource;
use sqlx::postgres::PgRow;
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

/// A kind of what is in a project, or is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the kind of its name")]
pub enum Kept {
    Project,
    Addon,
    AddonVersion,
    Blueprint,
    BlueprintVersion,
    Cluster,
    Namespace,
    Workload,
}

impl Kept {
    const ALL: [Self; 8] = [
        Self::Project,
        Self::Addon,
        Self::AddonVersion,
        Self::Blueprint,
        Self::BlueprintVersion,
        Self::Cluster,
        Self::Namespace,
        Self::Workload,
    ];

    /// The kind, as on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Project => "Project",
            Self::Addon => "Addon",
            Self::AddonVersion => "AddonVersion",
            Self::Blueprint => "Blueprint",
            Self::BlueprintVersion => "BlueprintVersion",
            Self::Cluster => "Cluster",
            Self::Namespace => "Namespace",
            Self::Workload => "Workload",
        }
    }
}

/// A project, or something in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InTree {
    /// Its kind.
    pub kind: Kept,
    /// It.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What it is a version of, by name.
    pub parent: Option<String>,
}

/// A project, and what was deleted between the last time that something in it was made, restored or published, and the last
/// time that it was deleted itself; the newest `limit` of these.
///
/// # Errors
/// The database could not answer.
pub async fn lost_with(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    project: Uuid,
    limit: i64,
) -> Result<Vec<InTree>, sqlx::Error> {
    let rows = sqlx::query(include_str!("sql/lost_with.sql"))
        .bind(org.as_uuid())
        .bind(project)
        .bind(limit)
        .fetch_all(db)
        .await?;
    let thing = |row: &PgRow| {
        let named: &str = row.try_get("kind")?;
        let kind = Kept::ALL.into_iter().find(|kind| kind.as_str() == named);
        let kind = kind.ok_or_else(|| sqlx::Error::Decode(format!("{named} is in no project").into()))?;
        let (id, name, parent) = (row.try_get("id")?, row.try_get("name")?, row.try_get("parent")?);
        Ok(InTree { kind, id, name, parent })
    };
    rows.iter().map(thing).collect()
}
