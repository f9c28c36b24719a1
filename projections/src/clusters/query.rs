//! When agents were last heard of.

use sqlx::{PgExecutor, Row};
use uuid::Uuid;
use values::ScopeId;

/// A cluster whose agent is silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silent {
    /// The org.
    pub org: ScopeId,
    /// The cluster.
    pub cluster: Uuid,
    /// When its agent was last heard of, in microseconds since the epoch.
    pub last_seen: i64,
}

/// When a cluster's agent was last heard of, in microseconds since the epoch; `None` for never.
///
/// # Errors
/// The database could not answer.
pub async fn last_seen(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    cluster: Uuid,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("SELECT last_seen FROM cluster_liveness WHERE org_id = $1 AND cluster_id = $2")
        .bind(org.as_uuid())
        .bind(cluster)
        .fetch_optional(db)
        .await
}

/// Clusters of all orgs whose agents should be heard of and were not since a moment, those silent longest first.
///
/// # Errors
/// The database could not answer.
pub async fn silent_since(
    db: impl PgExecutor<'_>,
    moment: i64,
    most: i64,
) -> Result<Vec<Silent>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT l.org_id, l.cluster_id, l.last_seen FROM cluster_liveness l \
         JOIN documents d ON d.id = l.cluster_id AND d.org_id = l.org_id \
         WHERE l.last_seen <= $1 AND d.phase IN ('registered', 'ready', 'unhealthy') \
         ORDER BY l.last_seen LIMIT $2",
    )
    .bind(moment)
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Silent {
                org: ScopeId::from(row.try_get::<Uuid, _>("org_id")?),
                cluster: row.try_get("cluster_id")?,
                last_seen: row.try_get("last_seen")?,
            })
        })
        .collect()
}
