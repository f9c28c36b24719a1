//! What somebody is a member of.

use sqlx::{PgExecutor, Row};
use uuid::Uuid;
use values::ScopeId;

/// The documents of this user's live memberships in these scopes, with the scope's name.
///
/// # Errors
/// The database could not answer.
pub async fn memberships_of(
    db: impl PgExecutor<'_>,
    scopes: &[ScopeId],
    user: Uuid,
) -> Result<Vec<(ScopeId, Option<String>, String)>, sqlx::Error> {
    let scopes: Vec<Uuid> = scopes.iter().map(|scope| scope.as_uuid()).collect();
    let rows = sqlx::query(
        "SELECT m.org_id, s.name, m.document FROM documents m LEFT JOIN documents s ON s.id = m.org_id \
         WHERE m.org_id = ANY ($1) AND m.owner_id = $2 AND m.kind = 'User' AND m.deleted_at IS NULL \
         ORDER BY m.created_at, m.id",
    )
    .bind(scopes)
    .bind(user)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let scope = ScopeId::from(row.try_get::<Uuid, _>("org_id")?);
            Ok((scope, row.try_get("name")?, row.try_get("document")?))
        })
        .collect()
}
