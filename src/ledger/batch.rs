//! A batch: judged by the facts, stamped, and recorded in one transaction.

use super::admission::{Judgement, admit};
use super::probe::{Facts, probe};
use super::record::record;
use super::stamp::{Batch, StampError, stamp};
use super::unit::{Refusal, Unit, Verdict};
use crate::clock::Clock;
use metrics::counter;
use sqlx::{Executor, PgConnection};
use tokio::time::Instant;

/// A lock was not to be had in that time.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// When the ledger's lock is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lock {
    /// Before the batch is judged.
    First,
    /// By the statement that records it.
    Late,
}

/// What a batch came to.
pub(super) struct Outcome {
    /// What became of each unit; `None`: it waits.
    pub(super) verdicts: Vec<Option<Verdict>>,
    /// The head's position before the batch.
    pub(super) before: i64,
    /// The head's position after it.
    pub(super) after: i64,
    /// When that was, at the earliest: the ledger's lock was had after this, or the facts were read.
    pub(super) confirmed: Instant,
}

/// How far a batch came.
pub(super) enum Failure {
    /// Nothing of it is in the ledger.
    NotRecorded(sqlx::Error),
    /// Nothing of it is in the ledger, whose head has moved since the batch was judged, or is held by somebody.
    Moved,
    /// The commit was sent and not answered.
    Unknown { batch: Box<Batch>, error: sqlx::Error },
    /// A unit cannot be written down.
    NotJson(StampError),
}

impl Failure {
    /// The database has refused a statement.
    fn of_nothing_recorded(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        if code.is_some_and(|code| code == LOCK_NOT_AVAILABLE) {
            Self::Moved
        } else {
            Self::NotRecorded(error)
        }
    }
}

/// Begins a transaction by waiting for the ledger's lock.
pub(super) async fn begin_with_lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    connection
        .execute("BEGIN; SET LOCAL lock_timeout = 0; SELECT position FROM ledger_head FOR UPDATE")
        .await
        .map(drop)
}

/// One batch, one transaction: of one statement where the lock is taken late, else of the one that began with the lock.
pub(super) async fn record_batch(
    connection: &mut PgConnection,
    units: &[Unit],
    lock: Lock,
    clock: &dyn Clock,
) -> Result<Outcome, Failure> {
    let asked = Instant::now();
    let now = clock.now();
    let facts = probe(connection, units, now).await.map_err(Failure::of_nothing_recorded)?;
    let judgements = admit(units, &facts);
    let (batch, verdicts) = lay_out(units, judgements, &facts, now).map_err(Failure::NotJson)?;
    let before = facts.position;
    if batch.is_empty() {
        if lock == Lock::First {
            connection.execute("ROLLBACK").await.map_err(Failure::NotRecorded)?;
        }
        return Ok(Outcome { verdicts, before, after: before, confirmed: asked });
    }
    let sent = Instant::now();
    let committed = match (record(connection, &batch).await, lock) {
        (Ok(true), Lock::Late) => Ok(()),
        (Ok(false), Lock::Late) => return Err(Failure::Moved),
        (Err(error), Lock::Late) if error.as_database_error().is_none() => Err(error),
        (Ok(true), Lock::First) => connection.execute("COMMIT").await.map(drop),
        (Ok(false), Lock::First) => return Err(Failure::NotRecorded(moved_under_the_lock())),
        (Err(error), _) => return Err(Failure::of_nothing_recorded(error)),
    };
    match committed {
        Ok(()) => {
            counter!("quarterdeck_ledger_events_total").increment(batch.events.position.len() as u64);
            let confirmed = if lock == Lock::First { asked } else { sent };
            Ok(Outcome { verdicts, before, after: batch.position, confirmed })
        }
        Err(error) => Err(Failure::Unknown { batch: Box::new(batch), error }),
    }
}

/// A defect: of this, or of whoever else writes to the head.
fn moved_under_the_lock() -> sqlx::Error {
    sqlx::Error::Protocol("the ledger's head moved while it was locked".to_owned())
}

/// Stamps the admitted and turns judgements into verdicts.
pub(super) fn lay_out(
    units: &[Unit],
    judgements: Vec<Judgement>,
    facts: &Facts,
    now: values::Timestamp,
) -> Result<(Batch, Vec<Option<Verdict>>), StampError> {
    let admitted: Vec<&Unit> = units
        .iter()
        .zip(&judgements)
        .filter(|(_, judgement)| matches!(judgement, Judgement::Admitted))
        .map(|(unit, _)| unit)
        .collect();
    let refused: Vec<(&Unit, &Refusal)> = units
        .iter()
        .zip(&judgements)
        .filter_map(|(unit, judgement)| match judgement {
            Judgement::Decided(verdict @ Verdict::Refused(refusal)) if verdict.is_kept() => {
                Some((unit, refusal))
            }
            Judgement::Decided(_) | Judgement::Admitted | Judgement::Deferred => None,
        })
        .collect();
    let (batch, recorded) = stamp(&admitted, &refused, facts, now)?;
    let mut recorded = recorded.into_iter();
    let verdicts = judgements
        .into_iter()
        .map(|judgement| match judgement {
            Judgement::Admitted => recorded.next().map(Verdict::Recorded),
            Judgement::Decided(verdict) => Some(verdict),
            Judgement::Deferred => None,
        })
        .collect();
    Ok((batch, verdicts))
}
