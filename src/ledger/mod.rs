//! The ledger: one total order of everything that ever changed.
//!
//! *Decide* happens in aggregates ([`compose`]); *admit* ([`admission`]) and *record* ([`record`]) happen here, for a
//! whole batch, under one lock and in one transaction. Whoever has a [`Ledger`] submits units and is told what became
//! of each; nothing is acknowledged that is not committed.
//!
//! **Architecture invariants:** positions are dense and in commit order; nothing else in the service writes to
//! `events`; one statement records any batch.

pub mod actor;
pub mod admission;
pub mod anchor;
pub mod artifacts;
mod batch;
pub mod canonical;
pub mod catalogue;
pub mod compose;
mod dry_run;
pub mod erasures;
pub mod export;
pub mod head;
mod intake;
pub mod leaf;
pub mod lease;
pub mod merkle;
pub mod pools;
pub mod probe;
pub mod proofs;
pub mod reader;
pub mod rebuild;
pub mod record;
pub mod stamp;
pub mod unit;
pub mod verify;
mod writer;

use crate::clock::Clock;
use head::HeadWatch;
use intake::{Intake, Lane};
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use unit::{Unit, Verdict};
use writer::Writer;

/// Why a unit was neither recorded nor judged.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LedgerError {
    /// Too many wait.
    #[error("too many commands are waiting to be recorded")]
    Overloaded,
    /// The database cannot be reached or refused; nothing was recorded.
    #[error("the ledger cannot be written")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The commit was sent and not answered, and could not be looked up since.
    #[error("whether the command was recorded is not known")]
    OutcomeUnknown,
    /// The unit cannot be written down; a defect.
    #[error("the command cannot be written down")]
    Broken(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

impl LedgerError {
    fn unavailable(error: sqlx::Error) -> Self {
        Self::Unavailable(Arc::new(error))
    }

    fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Broken(Arc::new(error))
    }
}

/// The way into the ledger. Cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    intake: Intake,
    head: HeadWatch,
    pool: PgPool,
    clock: Arc<dyn Clock>,
}

/// The ledger's tasks; they end when every [`Ledger`] is gone.
#[derive(Debug)]
pub struct LedgerTasks {
    writer: oneshot::Receiver<()>,
    watcher: JoinHandle<()>,
}

impl LedgerTasks {
    /// Waits until everything submitted is recorded and answered.
    pub async fn finished(self) {
        // A writer that panicked has answered nobody since, and its callers know.
        self.writer.await.ok();
        self.watcher.abort();
    }
}

impl Ledger {
    /// Starts the writer, on a connection of its own, and the head's watcher.
    #[must_use]
    pub fn start(pool: PgPool, clock: Arc<dyn Clock>) -> (Self, LedgerTasks) {
        let (intake, outlet) = Intake::open();
        let head = HeadWatch::default();
        let options: PgConnectOptions = pool.connect_options().as_ref().clone();
        let writer = Writer {
            options: options.clone(),
            clock: Arc::clone(&clock),
            head: head.clone(),
            outlet,
            deferred: vec![],
            connection: None,
            left_at: None,
            alone: false,
            holds_lock: false,
        };
        let tasks = LedgerTasks {
            writer: on_a_thread_of_its_own(writer),
            watcher: tokio::spawn(head::watch(pool.clone(), options, head.clone())),
        };
        (Self { intake, head, pool, clock }, tasks)
    }

    /// Submits a command's unit and waits for what becomes of it. The unit is recorded also when nobody waits any more.
    ///
    /// # Errors
    /// See [`LedgerError`].
    pub async fn submit(&self, unit: Unit) -> Result<Verdict, LedgerError> {
        self.send(Lane::Commands, unit).await
    }

    /// Submits an attempt's unit; commands go first.
    ///
    /// # Errors
    /// See [`LedgerError`].
    pub async fn note(&self, unit: Unit) -> Result<Verdict, LedgerError> {
        self.send(Lane::Attempts, unit).await
    }

    async fn send(&self, lane: Lane, unit: Unit) -> Result<Verdict, LedgerError> {
        let answered = self.intake.submit(lane, unit)?;
        let verdict = answered.await.unwrap_or(Err(LedgerError::OutcomeUnknown))?;
        self.heed(&verdict);
        Ok(verdict)
    }

    /// Whoever was authorized under what is not so any more was remembered wrongly.
    fn heed(&self, verdict: &Verdict) {
        if matches!(verdict, Verdict::Unauthorized) {
            self.head.doubt();
        }
    }

    /// Judges a unit as if it were submitted now, in a snapshot, and records nothing. Returns what would become of it
    /// and the position it was judged at.
    ///
    /// # Errors
    /// See [`LedgerError`].
    pub async fn judge(&self, unit: Unit) -> Result<(Verdict, i64), LedgerError> {
        let mut connection = self.pool.acquire().await.map_err(LedgerError::unavailable)?;
        let (verdict, position) = dry_run::judge(&mut connection, unit, &*self.clock).await?;
        self.heed(&verdict);
        Ok((verdict, position))
    }

    /// Whether there is still a writer to take units.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        self.intake.is_open()
    }

    /// How many commands wait for the writer.
    #[must_use]
    pub fn waiting(&self) -> i64 {
        i64::try_from(self.intake.waiting()).unwrap_or(i64::MAX)
    }

    /// How far the ledger is, as this process knows.
    #[must_use]
    pub const fn head(&self) -> &HeadWatch {
        &self.head
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("head", &self.head).finish_non_exhaustive()
    }
}

/// Runs the writer apart from everything else: it is what all commands wait for, so it neither waits for a turn nor makes
/// others wait while it stamps.
/// The receiver is told, or closed, when it has ended.
fn on_a_thread_of_its_own(writer: Writer) -> oneshot::Receiver<()> {
    let (ended, end) = oneshot::channel();
    std::thread::spawn(move || {
        match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime.block_on(writer.run()),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "The ledger's writer cannot run");
            }
        }
        // Nobody may wait for the end any more.
        ended.send(()).ok();
    });
    end
}
