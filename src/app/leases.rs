//! Leases: what one process at a time does for all.
//!
//! A lease is a row that says who holds it and until when, by the service's clock. Whoever holds it renews it; when its
//! time is over anybody may take it. A holder that was away for too long does not know that yet, so what must not happen
//! twice needs a fence besides.

use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;
use values::Timestamp;

/// A lease as one process asks for it.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// What for.
    pub name: &'static str,
    /// Who asks.
    pub holder: Uuid,
    /// How long it is good for.
    pub good_for: Duration,
}

impl Lease {
    /// Takes the lease, or renews it; says whether it is held now.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn take(&self, pool: &PgPool, now: Timestamp) -> Result<bool, sqlx::Error> {
        let good_for = i64::try_from(self.good_for.as_micros()).unwrap_or(i64::MAX);
        let held = sqlx::query(
            "INSERT INTO leases (name, holder, expires) VALUES ($1, $2, $4) \
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires = excluded.expires \
             WHERE leases.holder = excluded.holder OR leases.expires <= $3",
        )
        .bind(self.name)
        .bind(self.holder)
        .bind(now.as_micros())
        .bind(now.as_micros().saturating_add(good_for))
        .execute(pool)
        .await?;
        Ok(held.rows_affected() == 1)
    }

    /// Gives the lease up, where it is held.
    ///
    /// # Errors
    /// The database could not answer; the lease ends by itself.
    pub async fn give_up(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM leases WHERE name = $1 AND holder = $2")
            .bind(self.name)
            .bind(self.holder)
            .execute(pool)
            .await?;
        Ok(())
    }
}
