//! What uses versions of blueprints, and what they use.

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

/// A version that is not active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asleep {
    /// The kind of what it is a version of: `Addon` or `Blueprint`.
    pub kind: String,
    /// The name of that.
    pub of: String,
    /// Its own name.
    pub name: String,
    /// What it is instead.
    pub phase: String,
}

/// Those of these versions of an org that are not active; by what they are versions of.
///
/// # Errors
/// The database could not answer.
pub async fn not_active(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    ids: &[Uuid],
) -> Result<Vec<Asleep>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT p.kind, p.name AS of, v.name, v.phase FROM documents v \
         JOIN documents p ON p.id = v.parent_id AND p.org_id = v.org_id \
         WHERE v.org_id = $1 AND v.id = ANY ($2::uuid[]) AND v.phase <> 'active' ORDER BY p.name, v.name, v.id",
    )
    .bind(org.as_uuid())
    .bind(ids)
    .fetch_all(db)
    .await?;
    let asleep = |row: &PgRow| {
        Ok(Asleep {
            kind: row.try_get("kind")?,
            of: row.try_get("of")?,
            name: row.try_get("name")?,
            phase: row.try_get("phase")?,
        })
    };
    rows.iter().map(asleep).collect()
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
