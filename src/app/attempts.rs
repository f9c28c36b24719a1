//! Attempts: what somebody tried and was not let do is in the ledger before it is answered.
//!
//! The first few of a kind in a minute are entries of their own, written before the reply; the rest are counted, and
//! become one entry with the count when the minute is over; so is whatever could not even wait for the writer. Who is not known at all is counted in
//! [`crate::app::anonymous`].

use super::call::Origin;
use super::provenance::metadata_of;
use super::{App, Refused};
use crate::authn::Caller;
use crate::ledger::LedgerError;
use crate::ledger::compose::Composer;
use crate::ledger::unit::{Unit, Verdict};
use aggregates::access::{Access, AccessCommand, Attempt};
use api::Actor;
use metrics::counter;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};
use values::{AccessKeyId, ScopeId, Timestamp};

/// How many attempts of a kind are entries of their own in a minute.
const EACH_ALONE: u64 = 10;
/// The most kinds of attempts that are counted at a time; what is beyond cannot be recorded.
const MOST_KINDS: usize = 100_000;
/// A minute, in microseconds.
pub(super) const MINUTE: i64 = 60_000_000;

/// Who tried something, and from where.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who.
    pub caller: Caller,
    /// What the request says beside.
    pub origin: Origin,
}

/// Attempts of the running minutes.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<HashMap<Kind, Count>>);

/// What makes attempts alike: they count together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kind {
    credential: AccessKeyId,
    action: String,
    code: String,
    minute: i64,
}

#[derive(Debug, Default)]
struct Count {
    /// Entries of their own.
    alone: u64,
    /// The others, and the latest of them.
    more: u64,
    folded: Option<Folded>,
}

#[derive(Debug)]
struct Folded {
    asked: Asked,
    attempt: Attempt,
}

/// What becomes of an attempt.
enum Turn {
    Alone,
    Folded,
    NoRoom,
}

impl Attempts {
    fn turn(&self, asked: &Asked, attempt: &Attempt, may_wait: bool, now: Timestamp) -> Turn {
        let kind = Kind {
            credential: asked.caller.key.access_key_id.clone(),
            action: attempt.action.clone(),
            code: attempt.code.clone(),
            minute: now.as_micros().div_euclid(MINUTE),
        };
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = kinds.len() >= MOST_KINDS;
        let count = match kinds.entry(kind) {
            Entry::Vacant(_) if is_full => return Turn::NoRoom,
            Entry::Vacant(entry) => entry.insert(Count::default()),
            Entry::Occupied(entry) => entry.into_mut(),
        };
        if may_wait && count.alone < EACH_ALONE {
            count.alone += 1;
            return Turn::Alone;
        }
        count.more += 1;
        count.folded = Some(Folded { asked: asked.clone(), attempt: attempt.clone() });
        Turn::Folded
    }

    /// Takes the counts of minutes before `minute`.
    fn take_before(&self, minute: i64) -> Vec<(Folded, u64)> {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let over: Vec<Kind> = kinds.keys().filter(|kind| kind.minute < minute).cloned().collect();
        over.into_iter()
            .filter_map(|kind| kinds.remove(&kind))
            .filter_map(|count| Some((count.folded?, count.more)))
            .collect()
    }
}

impl App {
    /// Records an attempt before it is answered, or counts it where enough of its kind are recorded, or its answer may
    /// not wait: whoever is turned away because too much waits is told so at once.
    ///
    /// # Errors
    /// It cannot be recorded.
    pub async fn attempted(&self, asked: &Asked, attempt: Attempt, may_wait: bool) -> Result<(), Refused> {
        counter!("quarterdeck_attempts_total", "outcome" => attempt.outcome.as_str()).increment(1);
        match self.attempts.turn(asked, &attempt, may_wait, self.clock.now()) {
            Turn::Alone => self.note_attempt(asked, attempt).await,
            Turn::Folded => Ok(()),
            Turn::NoRoom => Err(LedgerError::Overloaded.into()),
        }
    }

    /// Records what was counted in the minutes that are over; at the end of the service, in the running one too.
    pub async fn fold_attempts(&self, running_too: bool) {
        let minute = self.clock.now().as_micros().div_euclid(MINUTE);
        let before = if running_too { minute + 1 } else { minute };
        for (Folded { asked, attempt }, count) in self.attempts.take_before(before) {
            let action = attempt.action.clone();
            if let Err(error) = self.note_attempt(&asked, Attempt { count, ..attempt }).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    access_key.id = %asked.caller.key.access_key_id,
                    count,
                    "Could not record attempts at {action}"
                );
            }
        }
    }

    async fn note_attempt(&self, asked: &Asked, attempt: Attempt) -> Result<(), Refused> {
        let metadata = metadata_of(self, &asked.caller, &asked.origin, &attempt.action).await?;
        self.note(asked.caller.scope, asked.caller.actor(), metadata, attempt).await
    }

    /// Writes an entry of attempts, after all commands that wait.
    pub(super) async fn note(
        &self,
        scope: ScopeId,
        actor: Actor,
        metadata: BTreeMap<&'static str, String>,
        attempt: Attempt,
    ) -> Result<(), Refused> {
        let now = self.clock.now();
        let mut composer = Composer::new(self.pool.clone());
        let command = AccessCommand::Note(Box::new(attempt));
        let mut ids = || self.ids.mint(now);
        composer
            .note::<Access>(scope, self.ids.mint(now), command, &mut ids)
            .await
            .map_err(|error| Refused::Broken(std::sync::Arc::new(error)))?;
        let unit = Unit { metadata, actor: Some(actor), changes: composer.into_changes(), ..Unit::default() };
        match self.ledger.note(unit).await? {
            Verdict::Recorded(_) => Ok(()),
            Verdict::Replayed(_) | Verdict::Refused(_) | Verdict::Stale | Verdict::Unauthorized => {
                Err(Refused::Conflict)
            }
        }
    }
}
