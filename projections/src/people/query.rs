//! Which identity is meant.

use sqlx::PgExecutor;
use uuid::Uuid;
use values::ScopeId;

/// The identity that holds the address with this keyed hash in this partner (or the platform).
///
/// # Errors
/// The database could not answer.
pub async fn by_email_hash(
    db: impl PgExecutor<'_>,
    home: ScopeId,
    email_hash: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT aggregate_id FROM claims WHERE org_id = $1 AND kind = 'userEmail' AND key = $2",
    )
    .bind(home.as_uuid())
    .bind(email_hash)
    .fetch_optional(db)
    .await
}
