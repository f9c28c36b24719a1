//! The writer: one per process, takes what waits, and records it in one transaction.
//!
//! While one batch commits, the next one gathers, so the size of batches follows the load. The row lock on the
//! ledger's head is held until commit, so position order is commit order, also between processes.
//!
//! Where no other process has written since this one's last batch, a batch is judged before the lock is taken: the one
//! statement that records it takes the lock, looks whether the head is still where it was, and commits. Where another
//! process writes too, or the head has moved, the lock is taken first and held while the batch is judged; what has come while
//! it was waited for goes with the batch. Whoever changes what admission reads, and is no batch, moves the head's time under
//! the lock.

use super::LedgerError;
use super::batch::{Failure, Lock, Outcome, begin_with_lock, record_batch};
use super::head::HeadWatch;
use super::intake::{Outlet, Submission};
use super::stamp::Batch;
use super::unit::{Recorded, Unit, Verdict};
use crate::clock::Clock;
use crate::database::LOOK_UPS_ONLY;
use metrics::{counter, gauge, histogram};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection, Row};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long an unknown outcome is looked up before the callers are told that it is unknown.
const LOOK_UP_FOR: Duration = Duration::from_secs(20);
/// How long a transaction of a writer that has fallen silent may hold the ledger, before PostgreSQL ends it.
const SILENT_FOR: &str = "5s";
/// How long a statement waits that takes the ledger's lock late. It holds locks on tables meanwhile, and whoever holds the
/// ledger and waits for the tables, as the switch of a rebuild does, would wait for it: it begins again, the lock first.
const LATE_LOCK: &str = "50ms";
/// How long to wait before the database is tried again.
const BETWEEN_TRIES: Duration = Duration::from_millis(200);

/// Takes submissions until every sender is gone.
pub(super) struct Writer {
    pub(super) options: PgConnectOptions,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) head: HeadWatch,
    pub(super) outlet: Outlet,
    /// Deferred by the last batch; first in the next.
    pub(super) deferred: Vec<Submission>,
    pub(super) connection: Option<PgConnection>,
    /// The head's position after this process' last batch.
    pub(super) left_at: Option<i64>,
    /// Whether the last batch found the ledger where the one before had left it: nobody else seems to write.
    pub(super) alone: bool,
    /// Whether the connection is in a transaction that has the lock, and nothing else yet.
    pub(super) holds_lock: bool,
}

impl Writer {
    pub(super) async fn run(mut self) {
        loop {
            let deferred = std::mem::take(&mut self.deferred);
            let Some(mut batch) = self.outlet.next_batch(deferred).await else { return };
            if !self.alone && self.take_lock().await {
                // What has come while somebody else's batch was under way goes with this one.
                self.outlet.top_up(&mut batch);
            }
            gauge!("quarterdeck_ledger_queue_depth").set(as_f64(self.outlet.waiting()));
            histogram!("quarterdeck_ledger_batch_units").record(as_f64(batch.len()));
            self.record_all(batch).await;
        }
    }

    /// Records a batch, and everybody gets an answer of their own.
    async fn record_all(&mut self, batch: Vec<Submission>) {
        let started = Instant::now();
        let (units, answers): (Vec<Unit>, Vec<_>) =
            batch.into_iter().map(|submission| (submission.unit, submission.answer)).unzip();
        match self.record_durably(&units).await {
            Ok(verdicts) => {
                histogram!("quarterdeck_ledger_batch_seconds").record(started.elapsed().as_secs_f64());
                for ((unit, answer), verdict) in units.into_iter().zip(answers).zip(verdicts) {
                    match verdict {
                        Some(verdict) => {
                            count(&verdict);
                            drop(answer.send(Ok(verdict)));
                        }
                        None => self.deferred.push(Submission { unit, answer }),
                    }
                }
            }
            Err(error) if units.len() == 1 || matches!(error, LedgerError::OutcomeUnknown) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    units = units.len(),
                    "Recorded nothing"
                );
                for answer in answers {
                    drop(answer.send(Err(error.clone())));
                }
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "Could not record a batch of {}: recording each unit alone",
                    units.len()
                );
                for (unit, answer) in units.into_iter().zip(answers) {
                    Box::pin(self.record_all(vec![Submission { unit, answer }])).await;
                }
            }
        }
    }

    /// Records a batch, looks an unknown outcome up, and tries again once where nothing was recorded.
    async fn record_durably(&mut self, units: &[Unit]) -> Result<Vec<Option<Verdict>>, LedgerError> {
        let mut tried_again = false;
        loop {
            let (error, may_try_again) = match self.try_record(units).await {
                Ok(verdicts) => return Ok(verdicts),
                Err(Failure::NotJson(error)) => return Err(LedgerError::broken(error)),
                Err(Failure::Moved) => continue,
                Err(Failure::NotRecorded(error)) => {
                    let in_database = error.as_database_error().is_some();
                    (LedgerError::unavailable(error), !in_database)
                }
                Err(Failure::Unknown { batch, error }) => {
                    self.connection = None;
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "A commit was not answered: looking it up"
                    );
                    if self.is_recorded(&batch).await? {
                        return Ok(self.verdicts_of(units, &batch));
                    }
                    (LedgerError::unavailable(error), true)
                }
            };
            self.connection = None;
            if tried_again || !may_try_again {
                return Err(error);
            }
            tried_again = true;
        }
    }

    async fn try_record(&mut self, units: &[Unit]) -> Result<Vec<Option<Verdict>>, Failure> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect().await.map_err(Failure::NotRecorded)?,
        };
        let lock = if self.alone { Lock::Late } else { Lock::First };
        if lock == Lock::First && !std::mem::take(&mut self.holds_lock) {
            begin_with_lock(&mut connection).await.map_err(Failure::NotRecorded)?;
        }
        // After whatever goes wrong the lock is taken first.
        self.alone = false;
        // On a failure the connection is dropped, and its transaction ends with it.
        let outcome = match record_batch(&mut connection, units, lock, &*self.clock).await {
            Err(Failure::Moved) => {
                self.connection = Some(connection);
                return Err(Failure::Moved);
            }
            outcome => outcome?,
        };
        let Outcome { verdicts, before, after, confirmed } = outcome;
        self.connection = Some(connection);
        self.alone = self.left_at.replace(after) == Some(before);
        self.forget_rights(units, &verdicts);
        self.head.grew(before, after, confirmed);
        Ok(verdicts)
    }

    /// Waits for the ledger's lock; says whether it is held. Where the database cannot be asked, whoever records says so.
    async fn take_lock(&mut self) -> bool {
        let connection = match self.connection.take() {
            Some(connection) => Ok(connection),
            None => self.connect().await,
        };
        let Ok(mut connection) = connection else { return false };
        self.holds_lock = begin_with_lock(&mut connection).await.is_ok();
        if self.holds_lock {
            self.connection = Some(connection);
        }
        self.holds_lock
    }

    /// Before anybody is answered, this process has forgotten what it knew of rights that changed.
    fn forget_rights(&self, units: &[Unit], verdicts: &[Option<Verdict>]) {
        let recorded =
            units.iter().zip(verdicts).filter(|(_, verdict)| matches!(verdict, Some(Verdict::Recorded(_))));
        let changes = recorded.flat_map(|(unit, _)| &unit.changes);
        for scope in changes.flat_map(|change| &change.changes_authority) {
            self.head.authority_changed(*scope);
        }
    }

    /// A connection for recording.
    async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let options = self
            .options
            .clone()
            .options(LOOK_UPS_ONLY)
            .options([("lock_timeout", LATE_LOCK), ("idle_in_transaction_session_timeout", SILENT_FOR)]);
        PgConnection::connect_with(&options).await
    }

    /// Whether the batch is in the ledger, now and for ever.
    async fn is_recorded(&mut self, batch: &Batch) -> Result<bool, LedgerError> {
        let until = Instant::now() + LOOK_UP_FOR;
        loop {
            match tokio::time::timeout_at(until, self.look_up(batch)).await {
                Ok(Ok(recorded)) => return Ok(recorded),
                Ok(Err(error)) if Instant::now() >= until => {
                    tracing::error!(error = &error as &dyn std::error::Error, "Could not look a commit up");
                    return Err(LedgerError::OutcomeUnknown);
                }
                Ok(Err(_)) => tokio::time::sleep(BETWEEN_TRIES).await,
                Err(_) => {
                    tracing::error!("Nobody answered when a commit was looked up");
                    return Err(LedgerError::OutcomeUnknown);
                }
            }
        }
    }

    /// Moves the head's time first, which waits for a commit under way: a statement that arrives after that does nothing, and
    /// what was recorded before is seen.
    async fn look_up(&self, batch: &Batch) -> Result<bool, sqlx::Error> {
        let (Some(position), Some(event)) = (batch.events.position.first(), batch.events.event_id.first())
        else {
            // Only kept answers: trying again finds them, or keeps them.
            return Ok(false);
        };
        let mut connection = self.connect().await?;
        connection.execute("SET lock_timeout = 0").await?;
        sqlx::query("UPDATE ledger_head SET recorded_at = recorded_at + 1").execute(&mut connection).await?;
        let found = sqlx::query("SELECT event_id FROM events WHERE position = $1")
            .bind(position)
            .fetch_optional(&mut connection)
            .await?;
        Ok(found.is_some_and(|row| row.try_get::<uuid::Uuid, _>("event_id").is_ok_and(|id| id == *event)))
    }

    /// The verdicts of a batch that turned out to be recorded: found by its events, rendered from its documents.
    fn verdicts_of(&self, units: &[Unit], batch: &Batch) -> Vec<Option<Verdict>> {
        let verdicts: Vec<_> = units
            .iter()
            .map(|unit| {
                let first = unit.changes.iter().flat_map(|change| &change.events).next();
                let mine = first.is_some_and(|event| batch.events.event_id.contains(&event.id));
                mine.then(|| Verdict::Recorded(batch.recorded(unit)))
            })
            .collect();
        self.forget_rights(units, &verdicts);
        self.head.saw(batch.position);
        verdicts
    }
}

fn count(verdict: &Verdict) {
    let outcome = match verdict {
        Verdict::Recorded(Recorded { .. }) => "recorded",
        Verdict::Replayed(_) => "replayed",
        Verdict::Refused(_) => "refused",
        Verdict::Stale => "stale",
        Verdict::Unauthorized => "unauthorized",
    };
    counter!("quarterdeck_ledger_units_total", "outcome" => outcome).increment(1);
}

#[expect(clippy::cast_precision_loss, reason = "metrics are floats, and queues are short")]
fn as_f64(count: usize) -> f64 {
    count as f64
}
