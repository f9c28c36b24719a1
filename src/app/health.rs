//! How the service is: whether it can answer, and the numbers that are measured when somebody asks.

use super::App;
use crate::database::MIGRATIONS;
use metrics::gauge;
use std::time::Duration;

/// How long the database may take to answer before it counts as gone.
const PATIENCE: Duration = Duration::from_secs(1);

/// Something the service cannot answer without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReady {
    /// The database does not answer.
    Database,
    /// The database is not at the migrations that this program has.
    Migrations,
    /// The ledger's writer has ended.
    LedgerWriter,
    /// How far the ledger is has not been confirmed within the last second.
    LedgerHead,
}

impl NotReady {
    /// `database`, `migrations`, `ledgerWriter`, `ledgerHead`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Migrations => "migrations",
            Self::LedgerWriter => "ledgerWriter",
            Self::LedgerHead => "ledgerHead",
        }
    }
}

impl App {
    /// Everything that is not ready; nothing where requests can be answered.
    pub async fn not_ready(&self) -> Vec<NotReady> {
        let database = match tokio::time::timeout(PATIENCE, self.newest_migration()).await {
            Ok(Ok(newest)) => (newest != MIGRATIONS.iter().map(|migration| migration.version).max())
                .then_some(NotReady::Migrations),
            Ok(Err(_)) | Err(_) => Some(NotReady::Database),
        };
        let writer = (!self.ledger.is_writing()).then_some(NotReady::LedgerWriter);
        let head = (!self.ledger.head().is_confirmed()).then_some(NotReady::LedgerHead);
        database.into_iter().chain(writer).chain(head).collect()
    }

    async fn newest_migration(&self) -> Result<Option<i64>, sqlx::Error> {
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(&self.pool)
            .await
    }

    /// Measures what is known only at the moment of asking.
    pub fn measure(&self) {
        let (all, idle) = (self.pool.size(), u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX));
        gauge!("quarterdeck_database_connections", "state" => "idle").set(idle);
        gauge!("quarterdeck_database_connections", "state" => "used").set(all.saturating_sub(idle));
        gauge!("quarterdeck_ledger_position").set(as_f64(self.ledger.head().position()));
        gauge!("quarterdeck_ledger_queue_depth").set(as_f64(self.ledger.waiting()));
        gauge!("quarterdeck_turns_waiting")
            .set(as_f64(i64::try_from(self.turns.waiting()).unwrap_or(i64::MAX)));
        gauge!("quarterdeck_bodies_bytes")
            .set(as_f64(i64::try_from(self.bodies.bytes()).unwrap_or(i64::MAX)));
    }
}

#[expect(clippy::cast_precision_loss, reason = "metrics are floats, exact up to 2^53")]
fn as_f64(count: i64) -> f64 {
    count as f64
}
