//! Leases: what one process at a time does for all.

use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;
use values::Timestamp;

/// Whose a lease was when it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// This holder's already: nobody else has had it since.
    Before,
    /// Somebody else's, or nobody's.
    New,
}

/// Takes a lease, or renews it; `None` where somebody else has it. In a transaction, nobody else can take it until that
/// ends.
///
/// # Errors
/// The database could not answer.
pub async fn take(
    db: &mut PgConnection,
    name: &str,
    holder: Uuid,
    now: Timestamp,
    good_for: Duration,
) -> Result<Option<Held>, sqlx::Error> {
    let good_for = i64::try_from(good_for.as_micros()).unwrap_or(i64::MAX);
    let before: Option<Uuid> = sqlx::query_scalar("SELECT holder FROM leases WHERE name = $1 FOR UPDATE")
        .bind(name)
        .fetch_optional(&mut *db)
        .await?;
    let taken = sqlx::query(
        "INSERT INTO leases (name, holder, expires) VALUES ($1, $2, $4) \
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires = excluded.expires \
         WHERE leases.holder = excluded.holder OR leases.expires <= $3",
    )
    .bind(name)
    .bind(holder)
    .bind(now.as_micros())
    .bind(now.as_micros().saturating_add(good_for))
    .execute(db)
    .await?;
    let held = if before == Some(holder) { Held::Before } else { Held::New };
    Ok((taken.rows_affected() == 1).then_some(held))
}

/// Gives a lease up.
///
/// # Errors
/// The database could not answer.
pub async fn give_up(db: &mut PgConnection, name: &str, holder: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM leases WHERE name = $1 AND holder = $2")
        .bind(name)
        .bind(holder)
        .execute(db)
        .await?;
    Ok(())
}
