//! Turns: how many commands of a sender are worked on at a time.
//!
//! What one org sends takes processors from all, long before it comes to wait for the ledger's writer: it is planned,
//! statements run for it, answers are written. So while several orgs send, only a few commands of each are worked on, the
//! more the fewer orgs there are, and what else an org sends waits for these. One that sends more than its share waits for
//! itself; one that is alone has everything.

use crate::ledger::LedgerError;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;
use values::ScopeId;

/// How many commands of all senders together are worked on, where several send.
const AT_ONCE: usize = 40;
/// How many of each there may be in any case.
const OF_EACH: usize = 4;
/// For so many turns of others a sender that sends no more is still somebody to leave room for.
const REMEMBERED: u64 = 256;
/// Each time there were so many, it is looked who is forgotten.
const LOOK_AFTER: u64 = 32;
/// How many may wait.
const MOST_WAITING: usize = 2_048;

/// Whose commands are worked on, and whose wait.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<Senders>>);

/// A command's turn. It ends when this is dropped.
#[derive(Debug)]
#[must_use = "a turn ends when it is dropped"]
pub struct Turn {
    turns: Turns,
    sender: ScopeId,
}

#[derive(Debug, Default)]
struct Senders {
    all: HashMap<ScopeId, Sender>,
    waiting: usize,
    /// How many turns there were, and how many when it was last looked who is forgotten.
    turns: u64,
    looked_at: u64,
}

#[derive(Debug, Default)]
struct Sender {
    at_work: usize,
    waiting: VecDeque<oneshot::Sender<Turn>>,
    /// The number of its last turn.
    last: u64,
}

impl Turns {
    /// Waits for a turn of this sender.
    ///
    /// # Errors
    /// [`LedgerError::Overloaded`]: too many wait already.
    pub async fn wait(&self, sender: ScopeId) -> Result<Turn, LedgerError> {
        let comes = self.senders().enter(sender)?;
        match comes {
            None => Ok(Turn { turns: self.clone(), sender }),
            // Whoever is at work lets it in when it is done, or is gone with everything.
            Some(comes) => comes.await.map_err(|_| LedgerError::Overloaded),
        }
    }

    /// How many wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.senders().waiting
    }

    fn senders(&self) -> MutexGuard<'_, Senders> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let next = self.turns.senders().leave(self.sender);
        for waiting in next {
            // Where somebody has just stopped waiting for it, it ends at once.
            drop(waiting.send(Self { turns: self.turns.clone(), sender: self.sender }));
        }
    }
}

impl Senders {
    /// Begins a turn of this sender, or says how it is told of one.
    fn enter(&mut self, of: ScopeId) -> Result<Option<oneshot::Receiver<Turn>>, LedgerError> {
        self.forget();
        // It counts as one of those who send.
        self.all.entry(of).or_default();
        let (most, free) = (self.most_of_each(), MOST_WAITING - self.waiting);
        let sender = self.all.entry(of).or_default();
        if sender.at_work < most && sender.waiting.is_empty() {
            self.turns += 1;
            sender.at_work += 1;
            sender.last = self.turns;
            return Ok(None);
        }
        // One that sends too much leaves room for others to wait.
        if sender.waiting.len() >= free {
            return Err(LedgerError::Overloaded);
        }
        let (turn, comes) = oneshot::channel();
        sender.waiting.push_back(turn);
        self.waiting += 1;
        Ok(Some(comes))
    }

    /// Ends a turn of this sender, and begins those that may begin now.
    fn leave(&mut self, of: ScopeId) -> Vec<oneshot::Sender<Turn>> {
        self.forget();
        let most = self.most_of_each();
        let Some(sender) = self.all.get_mut(&of) else { return vec![] };
        sender.at_work -= 1;
        let mut next = vec![];
        while sender.at_work < most
            && let Some(waiting) = sender.waiting.pop_front()
        {
            self.waiting -= 1;
            if waiting.is_closed() {
                continue;
            }
            self.turns += 1;
            sender.at_work += 1;
            sender.last = self.turns;
            next.push(waiting);
        }
        next
    }

    fn most_of_each(&self) -> usize {
        match self.all.len() {
            0 | 1 => usize::MAX,
            several => OF_EACH.max(AT_ONCE / several),
        }
    }

    /// Forgets who has not sent for long.
    fn forget(&mut self) {
        let turns = self.turns;
        if turns - self.looked_at < LOOK_AFTER {
            return;
        }
        self.looked_at = turns;
        self.all.retain(|_, sender| sender.at_work > 0 || turns - sender.last <= REMEMBERED);
    }
}

#[cfg(test)]
#[path = "turns_tests.rs"]
mod tests;
