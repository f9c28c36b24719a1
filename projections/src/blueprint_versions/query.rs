//! What uses versions of blueprints, and what they use.

use crate::documents::Sighted;
use api::BlueprintUse;
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row};
use uuid::Uuid;
use values::ScopeId;

/// What uses a version of a blueprint of the org: clusters, and versions of other blueprints; by kind and name.
///
/// # Errors
/// The database could not answer.
pub async fn users_of(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    version: Uuid,
) -> Result<Vec<BlueprintUse>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT u.kind, u.id, u.name, coalesce(b.parent_id, u.parent_id) AS project FROM object_references r \
         JOIN documents u ON u.id = r.from_id AND u.org_id = r.org_id \
         LEFT JOIN documents b ON b.id = u.parent_id AND b.org_id = r.org_id AND b.kind = 'Blueprint' \
         WHERE r.org_id = $1 AND r.to_id = $2 AND r.kind = 'uses' AND u.deleted_at IS NULL \
         ORDER BY u.kind, u.name, u.id",
    )
    .bind(org.as_uuid())
    .bind(version)
    .fetch_all(db)
    .await?;
    let user = |row: &PgRow| {
        Ok(BlueprintUse {
            kind: row.try_get("kind")?,
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            project_id: row.try_get("project")?,
        })
    };
    rows.iter().map(user).collect()
}

/// Those of these things of an org that are not active; by name.
///
/// # Errors
/// The database could not answer.
pub async fn not_active(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    ids: &[Uuid],
) -> Result<Vec<Sighted>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT id, name, phase, owner_id, version FROM documents \
         WHERE org_id = $1 AND id = ANY ($2::uuid[]) AND phase <> 'active' ORDER BY name, id",
    )
    .bind(org.as_uuid())
    .bind(ids)
    .fetch_all(db)
    .await?;
    rows.iter().map(Sighted::from_row).collect()
}

/// The versions of a blueprint of the org that are not deleted, in order.
///
/// # Errors
/// The database could not answer.
pub async fn of_blueprint(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    blueprint: Uuid,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT id FROM documents WHERE org_id = $1 AND parent_id = $2 AND kind = 'BlueprintVersion' \
         AND deleted_at IS NULL ORDER BY id",
    )
    .bind(org.as_uuid())
    .bind(blueprint)
    .fetch_all(db)
    .await
}
