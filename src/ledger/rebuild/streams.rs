//! The streams that are remembered while the ledger is folded: as many as fit, those that were last asked for.

use super::super::catalogue::Stream;
use super::rows::DocumentRow;
use api::Actor;
use std::collections::HashMap;
use uuid::Uuid;

/// What a stream takes up beside its texts, in bytes; roughly.
const BESIDE: usize = 1_024;

/// A stream, folded so far.
pub(super) struct Folded {
    pub(super) aggregate_type: String,
    pub(super) stream: Box<dyn Stream>,
    /// Its last sequence.
    pub(super) version: i64,
    /// Its newest document.
    pub(super) current: Option<DocumentRow>,
    pub(super) created_by: Actor,
    pub(super) created_at: i64,
    /// The length of its events so far: what its state is made of.
    pub(super) payloads: usize,
}

impl Folded {
    fn weight(&self) -> usize {
        BESIDE + self.payloads + self.current.as_ref().map_or(0, DocumentRow::weight)
    }
}

/// Streams by id, in two halves: who is asked for moves to the newer one, and the older one is forgotten.
#[derive(Default)]
pub(super) struct Streams {
    newer: HashMap<Uuid, Folded>,
    older: HashMap<Uuid, Folded>,
}

impl Streams {
    pub(super) fn knows(&self, id: Uuid) -> bool {
        self.newer.contains_key(&id) || self.older.contains_key(&id)
    }

    pub(super) fn find(&mut self, id: Uuid) -> Option<&mut Folded> {
        if let Some(asked_for) = self.older.remove(&id) {
            self.newer.insert(id, asked_for);
        }
        self.newer.get_mut(&id)
    }

    pub(super) fn remember(&mut self, id: Uuid, folded: Folded) -> &mut Folded {
        self.newer.entry(id).or_insert(folded)
    }

    pub(super) fn forget(&mut self, id: Uuid) {
        self.newer.remove(&id);
        self.older.remove(&id);
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Folded> {
        self.newer.values().chain(self.older.values())
    }

    pub(super) fn into_all(self) -> impl Iterator<Item = (Uuid, Folded)> {
        self.newer.into_iter().chain(self.older)
    }

    /// Forgets those that were not asked for in a long time, where all together take up more than `most` bytes.
    pub(super) fn forget_beyond(&mut self, most: usize) {
        if self.newer.values().map(Folded::weight).sum::<usize>() > most / 2 {
            self.older = std::mem::take(&mut self.newer);
        }
    }
}
