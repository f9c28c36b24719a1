//! What uses a thing.

use api::UsedBy;
use sqlx::{PgExecutor, Row};
use uuid::Uuid;
use values::ScopeId;

/// What uses this thing of the org, by kind and name; the first of very many.
///
/// # Errors
/// The database could not answer.
pub async fn users(db: impl PgExecutor<'_>, org: ScopeId, id: Uuid) -> Result<Vec<UsedBy>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT d.kind, d.name, d.id, d.parent_id FROM object_references r \
         JOIN documents d ON d.id = r.from_id AND d.org_id = r.org_id \
         WHERE r.org_id = $1 AND r.to_id = $2 AND r.kind = 'uses' ORDER BY d.kind, d.name, d.id LIMIT 500",
    )
    .bind(org.as_uuid())
    .bind(id)
    .fetch_all(db)
    .await?;
    let user = |row: &sqlx::postgres::PgRow| {
        Ok(UsedBy {
            kind: row.try_get("kind")?,
            name: row.try_get("name")?,
            id: row.try_get("id")?,
            parent_id: row.try_get("parent_id")?,
        })
    };
    rows.iter().map(user).collect()
}
