//! Leases: what one process at a time does for all.
//!
//! A lease is a row that says who holds it and until when, by the service's clock. Whoever holds it renews it; when its
//! time is over anybody may take it. A holder that was away for too long does not know that yet, so what must not happen
//! twice needs a fence besides.

use crate::ledger::lease;
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
        let mut connection = pool.acquire().await?;
        Ok(lease::take(&mut connection, self.name, self.holder, now, self.good_for).await?.is_some())
    }

    /// Gives the lease up, where it is held.
    ///
    /// # Errors
    /// The database could not answer; the lease ends by itself.
    pub async fn give_up(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let mut connection = pool.acquire().await?;
        lease::give_up(&mut connection, self.name, self.holder).await
    }
}
