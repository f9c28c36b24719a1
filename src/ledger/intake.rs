//! The intake: what waits for the writer, and whose turn it is.
//!
//! Every sender (the scope that a unit's caller belongs to) has a queue of its own, and the writer takes one from each in
//! turn, so that somebody who sends ten times as much as others waits for themselves and not before everybody. What may wait
//! is bounded, in units and in bytes; and a sender may hold as much of that as is free beside it, no more, so that one alone
//! cannot fill it: what is beyond is turned away at once.

use super::LedgerError;
use super::unit::{Unit, Verdict};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};
use values::ScopeId;

/// The most units of a kind that may wait.
const MOST_WAITING: usize = 2_048;
/// The most bytes of these.
const MOST_BYTES_WAITING: usize = 64 << 20;
/// The most units in a batch.
const MOST_UNITS: usize = 256;
/// The most bytes in a batch.
const MOST_BYTES: usize = 4 << 20;
/// How many places in a batch attempts may take even when commands fill it.
const ATTEMPTS_IN_A_FULL_BATCH: usize = 32;

/// A unit on its way to the writer.
#[derive(Debug)]
pub(super) struct Submission {
    pub(super) unit: Unit,
    pub(super) answer: oneshot::Sender<Result<Verdict, LedgerError>>,
}

/// What waits, in turns.
#[derive(Debug)]
pub(super) struct Turns<T> {
    queues: HashMap<ScopeId, VecDeque<(T, usize)>>,
    /// Whoever has something waiting, once, next first.
    order: VecDeque<ScopeId>,
    len: usize,
    bytes: usize,
    most: usize,
    most_bytes: usize,
}

impl<T> Turns<T> {
    /// Nothing waits; at most so many may, of so many bytes together.
    pub(super) fn new(most: usize, most_bytes: usize) -> Self {
        Self { queues: HashMap::new(), order: VecDeque::new(), len: 0, bytes: 0, most, most_bytes }
    }

    /// Lets something of this size wait; gives it back where there is no room for it.
    pub(super) fn push(&mut self, sender: ScopeId, item: T, bytes: usize) -> Result<(), T> {
        let of_sender = self.queues.get(&sender).map_or(0, VecDeque::len);
        // One thing always fits, however large.
        let too_large = self.len > 0 && self.bytes + bytes > self.most_bytes;
        if of_sender >= self.most - self.len || too_large {
            return Err(item);
        }
        let queue = self.queues.entry(sender).or_default();
        if queue.is_empty() {
            self.order.push_back(sender);
        }
        queue.push_back((item, bytes));
        self.len += 1;
        self.bytes += bytes;
        Ok(())
    }

    /// Takes the next: the oldest of whoever has waited for its turn the longest.
    pub(super) fn pop(&mut self) -> Option<(T, usize)> {
        let sender = self.order.pop_front()?;
        let queue = self.queues.get_mut(&sender)?;
        let (item, bytes) = queue.pop_front()?;
        if queue.is_empty() {
            self.queues.remove(&sender);
        } else {
            self.order.push_back(sender);
        }
        self.len -= 1;
        self.bytes -= bytes;
        Some((item, bytes))
    }

    /// Takes in turns, until it is so many or so many bytes; says how many bytes.
    fn take(&mut self, most: usize, most_bytes: usize, taken: &mut Vec<T>) -> usize {
        let (mut count, mut bytes) = (0, 0);
        while count < most
            && bytes < most_bytes
            && let Some((next, size)) = self.pop()
        {
            count += 1;
            bytes += size;
            taken.push(next);
        }
        bytes
    }

    /// How many wait.
    pub(super) const fn len(&self) -> usize {
        self.len
    }
}

#[derive(Debug)]
struct Waiting {
    commands: Turns<Submission>,
    attempts: Turns<Submission>,
    /// Nobody can submit any more.
    closed: bool,
    /// Nobody takes any more.
    ended: bool,
}

#[derive(Debug)]
struct Shared {
    waiting: Mutex<Waiting>,
    changed: Notify,
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Goes first.
    Commands,
    /// Gets what commands leave, and a few places in any case.
    Attempts,
}

/// The way in. The intake is closed when the last of them is gone.
#[derive(Clone, Debug)]
pub(super) struct Intake(Arc<Door>);

#[derive(Debug)]
struct Door(Arc<Shared>);

impl Drop for Door {
    fn drop(&mut self) {
        self.0.waiting().closed = true;
        self.0.changed.notify_one();
    }
}

impl Intake {
    /// An intake, and where the writer takes from it.
    pub(super) fn open() -> (Self, Outlet) {
        let waiting = Waiting {
            commands: Turns::new(MOST_WAITING, MOST_BYTES_WAITING),
            attempts: Turns::new(MOST_WAITING, MOST_BYTES_WAITING),
            closed: false,
            ended: false,
        };
        let shared = Arc::new(Shared { waiting: Mutex::new(waiting), changed: Notify::new() });
        (Self(Arc::new(Door(Arc::clone(&shared)))), Outlet(shared))
    }

    /// Lets a unit wait. What becomes of it is received.
    pub(super) fn submit(
        &self,
        lane: Lane,
        unit: Unit,
    ) -> Result<oneshot::Receiver<Result<Verdict, LedgerError>>, LedgerError> {
        let (answer, answered) = oneshot::channel();
        let (sender, bytes) = (unit.sender(), unit.size_bytes());
        let mut waiting = self.0.0.waiting();
        if waiting.ended {
            return Err(LedgerError::Overloaded);
        }
        let turns = match lane {
            Lane::Commands => &mut waiting.commands,
            Lane::Attempts => &mut waiting.attempts,
        };
        turns.push(sender, Submission { unit, answer }, bytes).map_err(|_| LedgerError::Overloaded)?;
        drop(waiting);
        self.0.0.changed.notify_one();
        Ok(answered)
    }

    /// Whether there is still somebody who takes.
    pub(super) fn is_open(&self) -> bool {
        !self.0.0.waiting().ended
    }

    /// How many commands wait.
    pub(super) fn waiting(&self) -> usize {
        self.0.0.waiting().commands.len()
    }
}

/// Where the writer takes what waits. When it is gone, so is everything that waited.
#[derive(Debug)]
pub(super) struct Outlet(Arc<Shared>);

impl Drop for Outlet {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting();
        waiting.ended = true;
        while waiting.commands.pop().is_some() || waiting.attempts.pop().is_some() {}
    }
}

impl Outlet {
    /// What waits, up to a full batch, behind what was deferred; `None` when nothing can come any more.
    pub(super) async fn next_batch(&self, deferred: Vec<Submission>) -> Option<Vec<Submission>> {
        let mut batch = deferred;
        loop {
            let closed = {
                let mut waiting = self.0.waiting();
                fill(&mut waiting, &mut batch);
                waiting.closed
            };
            if !batch.is_empty() {
                return Some(batch);
            }
            if closed {
                return None;
            }
            self.0.changed.notified().await;
        }
    }

    /// Adds what has come since to a batch that is not full.
    pub(super) fn top_up(&self, batch: &mut Vec<Submission>) {
        fill(&mut self.0.waiting(), batch);
    }

    /// How many commands wait.
    pub(super) fn waiting(&self) -> usize {
        self.0.waiting().commands.len()
    }
}

fn fill(waiting: &mut Waiting, batch: &mut Vec<Submission>) {
    let mut bytes: usize = batch.iter().map(|submission| submission.unit.size_bytes()).sum();
    let mut take = |turns: &mut Turns<Submission>, most: usize| {
        let (most, most_bytes) = (most.saturating_sub(batch.len()), MOST_BYTES.saturating_sub(bytes));
        bytes += turns.take(most, most_bytes, batch);
    };
    let reserved = waiting.attempts.len().min(ATTEMPTS_IN_A_FULL_BATCH);
    take(&mut waiting.commands, MOST_UNITS - reserved);
    take(&mut waiting.attempts, MOST_UNITS);
}

#[cfg(test)]
#[path = "intake_tests.rs"]
mod tests;
