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

/// The keyed hash of the address that an identity holds in this partner (or the platform), if it holds one.
///
/// # Errors
/// The database could not answer.
pub async fn email_hash_of(
    db: impl PgExecutor<'_>,
    home: ScopeId,
    user: Uuid,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT key FROM claims WHERE org_id = $1 AND kind = 'userEmail' AND aggregate_id = $2",
    )
    .bind(home.as_uuid())
    .bind(user)
    .fetch_optional(db)
    .await
}

/// Whether this user has other memberships, of whichever scope, that know who it is.
///
/// # Errors
/// The database could not answer.
pub async fn is_known_elsewhere(
    db: impl PgExecutor<'_>,
    user: Uuid,
    membership: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM object_references \
         WHERE org_id = $1 AND to_id = $1 AND kind = 'membershipOf' AND from_id <> $2)",
    )
    .bind(user)
    .bind(membership)
    .fetch_one(db)
    .await
}

/// The identities that hold addresses with these keyed hashes in this partner (or the platform), with the hashes.
///
/// # Errors
/// The database could not answer.
pub async fn by_email_hashes(
    db: impl PgExecutor<'_>,
    home: ScopeId,
    email_hashes: &[String],
) -> Result<Vec<(String, Uuid)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT c.key, c.aggregate_id FROM unnest($2::text[]) AS wanted(key) CROSS JOIN LATERAL ( \
             SELECT d.key, d.aggregate_id FROM claims d \
             WHERE d.org_id = $1 AND d.kind = 'userEmail' AND d.key = wanted.key LIMIT 1 \
         ) c",
    )
    .bind(home.as_uuid())
    .bind(email_hashes)
    .fetch_all(db)
    .await
}
