//! What is remembered of credentials: bounded, and forgotten scope by scope.

use super::look_up::Known;
use crate::ledger::head::Changed;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use values::AccessKeyId;

/// The most credentials that are remembered.
const MOST: usize = 20_000;

/// Remembered credentials.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    entries: RwLock<HashMap<AccessKeyId, Arc<Known>>>,
    /// Counts how often something was forgotten, so that what was read before is not remembered after.
    forgotten: AtomicU64,
}

/// When a look-up began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticket(u64);

impl Remembered {
    pub(super) fn get(&self, id: &AccessKeyId) -> Option<Arc<Known>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    pub(super) fn ticket(&self) -> Ticket {
        Ticket(self.forgotten.load(Ordering::SeqCst))
    }

    /// Remembers what a look-up found, unless something was forgotten since it began.
    pub(super) fn put(&self, ticket: Ticket, id: AccessKeyId, known: Arc<Known>) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if self.forgotten.load(Ordering::SeqCst) != ticket.0 {
            return;
        }
        if entries.len() >= MOST {
            entries.clear();
        }
        entries.insert(id, known);
    }

    pub(super) fn forget(&self, changed: Changed) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        entries.retain(|_, known| !changed.may_concern(known.caller.scope));
    }
}
