//! Which key is meant, who issued it, and when it was used.

use sqlx::{PgExecutor, Row};
use std::collections::HashMap;
use uuid::Uuid;
use values::{ScopeId, Timestamp};

/// A key that has not been ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveKey {
    /// Its id.
    pub id: Uuid,
}

/// The keys of a membership that still hold a place among its live ones, expired by the clock or not.
///
/// # Errors
/// The database could not answer.
pub async fn live_keys_of(
    db: impl PgExecutor<'_>,
    scope: ScopeId,
    membership: Uuid,
) -> Result<Vec<LiveKey>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT from_id FROM object_references WHERE org_id = $1 AND to_id = $2 AND kind = 'keyOf' ORDER BY from_id",
    )
    .bind(scope.as_uuid())
    .bind(membership)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok(LiveKey { id: row.try_get("from_id")? })).collect()
}

/// The key with this public half in this scope.
///
/// # Errors
/// The database could not answer.
pub async fn by_access_key_id(
    db: impl PgExecutor<'_>,
    scope: ScopeId,
    access_key_id: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar("SELECT key_id FROM key_verifiers WHERE access_key_id = $2 AND org_id = $1")
        .bind(scope.as_uuid())
        .bind(access_key_id)
        .fetch_optional(db)
        .await
}

/// Keys of any scope that ended by themselves at this time (microseconds since the epoch) or before, which is not
/// recorded yet: the first of them. For the timer that records it.
///
/// # Errors
/// The database could not answer.
pub async fn ended_by(
    db: impl PgExecutor<'_>,
    time: i64,
    most: i64,
) -> Result<Vec<(ScopeId, Uuid)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT org_id, from_id FROM object_references WHERE kind = 'keyOf' AND until <= $1 \
         ORDER BY until, from_id LIMIT $2",
    )
    .bind(time)
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| Ok((ScopeId::from(row.try_get::<Uuid, _>("org_id")?), row.try_get("from_id")?)))
        .collect()
}

/// The keys in this scope that this user issued, of this membership or of all.
///
/// # Errors
/// The database could not answer.
pub async fn issued_by(
    db: impl PgExecutor<'_>,
    scope: ScopeId,
    membership: Option<Uuid>,
    user: Uuid,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT id FROM documents WHERE parent_id = $1 AND kind = 'ApiKey' AND ($2::uuid IS NULL OR owner_id = $2) \
         AND (created_by::json ->> 'userId' = $3 OR created_by::json ->> 'id' = $3) ORDER BY id",
    )
    .bind(scope.as_uuid())
    .bind(membership)
    .bind(user.to_string())
    .fetch_all(db)
    .await
}

/// A key's last use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// When.
    pub at: Timestamp,
    /// From where, sealed; empty where that cannot be known.
    pub address: String,
    /// By which kind of client.
    pub client: String,
}

/// When these keys of this scope were last used, as far as that is written down; those never used are left out.
///
/// # Errors
/// The database could not answer.
pub async fn last_uses(
    db: impl PgExecutor<'_>,
    scope: ScopeId,
    keys: &[Uuid],
) -> Result<HashMap<Uuid, KeyUse>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT key_id, used_at, address, client FROM key_uses WHERE org_id = $1 AND key_id = ANY ($2)",
    )
    .bind(scope.as_uuid())
    .bind(keys)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let at = Timestamp::from_micros(row.try_get("used_at")?)
                .map_err(|error| sqlx::Error::Decode(error.into()))?;
            let (address, client) = (row.try_get("address")?, row.try_get("client")?);
            Ok((row.try_get("key_id")?, KeyUse { at, address, client }))
        })
        .collect()
}
