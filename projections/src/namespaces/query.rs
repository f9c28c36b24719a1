//! Who has a name on clusters.

use sqlx::{PgExecutor, Row};
use uuid::Uuid;
use values::ScopeId;

/// A namespace that has a name on a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The cluster.
    pub cluster: Uuid,
    /// The namespace, of whichever project.
    pub namespace: Uuid,
}

/// The published namespaces that have this name on these clusters of the org.
///
/// # Errors
/// The database could not answer.
pub async fn holders(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    name: &str,
    clusters: &[Uuid],
) -> Result<Vec<Holder>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT wanted.id AS cluster, c.aggregate_id AS namespace FROM unnest($2::uuid[]) AS wanted(id) \
         JOIN claims c ON c.org_id = $1 AND c.kind = 'clusterNamespace' AND c.key = wanted.id || '/' || $3 \
         ORDER BY 1",
    )
    .bind(org.as_uuid())
    .bind(clusters)
    .bind(name)
    .fetch_all(db)
    .await?;
    let holder = |row: &sqlx::postgres::PgRow| {
        Ok(Holder { cluster: row.try_get("cluster")?, namespace: row.try_get("namespace")? })
    };
    rows.iter().map(holder).collect()
}
