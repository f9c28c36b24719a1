//! Which groups somebody is in.

use sqlx::PgExecutor;
use uuid::Uuid;
use values::ScopeId;

/// The live groups of this scope that have this membership in them.
///
/// # Errors
/// The database could not answer.
pub async fn with_member(
    db: impl PgExecutor<'_>,
    scope: ScopeId,
    membership: Uuid,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT from_id FROM object_references WHERE org_id = $1 AND to_id = $2 AND kind = 'includes'",
    )
    .bind(scope.as_uuid())
    .bind(membership)
    .fetch_all(db)
    .await
}
