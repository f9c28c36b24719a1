//! Which key is meant.

use sqlx::{PgExecutor, Row};
use uuid::Uuid;
use values::ScopeId;

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
