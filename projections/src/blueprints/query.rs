//! What blueprints set up.

use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row};
use uuid::Uuid;
use values::ScopeId;

/// A cluster that a version of a blueprint sets up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterOf {
    /// The cluster.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The project that it is in.
    pub project: Uuid,
    /// The version.
    pub version: Uuid,
    /// The version's name.
    pub version_name: String,
}

/// The clusters of the org that any version of a blueprint sets up; by name.
///
/// # Errors
/// The database could not answer.
pub async fn clusters_of(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    blueprint: Uuid,
) -> Result<Vec<ClusterOf>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT c.id, c.name, c.parent_id, v.id AS version, v.name AS version_name FROM documents v \
         JOIN object_references r ON r.org_id = v.org_id AND r.to_id = v.id AND r.kind = 'uses' \
         JOIN documents c ON c.id = r.from_id AND c.org_id = r.org_id \
         WHERE v.org_id = $1 AND v.parent_id = $2 AND v.kind = 'BlueprintVersion' AND c.kind = 'Cluster' \
         AND c.deleted_at IS NULL ORDER BY c.name, c.id",
    )
    .bind(org.as_uuid())
    .bind(blueprint)
    .fetch_all(db)
    .await?;
    let cluster = |row: &PgRow| {
        Ok(ClusterOf {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            project: row.try_get("parent_id")?,
            version: row.try_get("version")?,
            version_name: row.try_get("version_name")?,
        })
    };
    rows.iter().map(cluster).collect()
}
