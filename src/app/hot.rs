//! Streams that were changed more than once lately, as they are for all this process knows.
//!
//! Nothing is answered from here. What is planned on a remembered stream counts only if it changes that stream, for then the
//! ledger compares the stream's version under its lock and records nothing where it moved on. Whatever else such a plan
//! comes to, a refusal or nothing to do, is planned again from the database. So another process need not say what it changes.

use crate::ledger::head::{Changed, HeadWatch};
use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// The most streams that are remembered.
const MOST: usize = 4_096;
/// The most bytes of documents that are remembered.
const MOST_BYTES: usize = 8 << 20;

/// A stream at a version.
#[derive(Debug)]
pub(super) struct Remembered {
    /// The aggregate's state.
    pub(super) state: Arc<dyn Any + Send + Sync>,
    /// The stream's last sequence.
    pub(super) version: i64,
    /// The document of this version, as it is stored.
    pub(super) json: String,
}

/// What is remembered; all of it is forgotten where it becomes too much.
#[derive(Debug, Default)]
pub(super) struct Hot(Mutex<Streams>);

#[derive(Debug, Default)]
struct Streams {
    by_id: HashMap<Uuid, Arc<Remembered>>,
    bytes: usize,
}

impl Hot {
    /// Remembers nothing yet, and nothing of what was there before documents were built again.
    pub(super) fn forgetting(head: &HeadWatch) -> Arc<Self> {
        let hot = Arc::new(Self::default());
        let forgetful = Arc::clone(&hot);
        head.on_authority_change(move |changed| {
            if changed == Changed::Anywhere {
                *forgetful.0.lock().unwrap_or_else(PoisonError::into_inner) = Streams::default();
            }
        });
        hot
    }

    pub(super) fn get(&self, id: Uuid) -> Option<Arc<Remembered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).by_id.get(&id).cloned()
    }

    pub(super) fn put(&self, id: Uuid, stream: Remembered) {
        let mut streams = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if streams.by_id.len() >= MOST || streams.bytes + stream.json.len() > MOST_BYTES {
            *streams = Streams::default();
        }
        streams.bytes += stream.json.len();
        if let Some(before) = streams.by_id.insert(id, Arc::new(stream)) {
            streams.bytes -= before.json.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(version: i64, length: usize) -> Remembered {
        Remembered { state: Arc::new(()), version, json: "x".repeat(length) }
    }

    #[test]
    fn it_is_bounded_in_number_and_in_bytes() {
        let hot = Hot::default();
        let held = |hot: &Hot| {
            let streams = hot.0.lock().unwrap();
            assert_eq!(streams.bytes, streams.by_id.values().map(|stream| stream.json.len()).sum::<usize>());
            (streams.by_id.len(), streams.bytes)
        };
        for id in 0..10_000 {
            hot.put(Uuid::from_u128(id), stream(1, 1));
            assert!(held(&hot).0 <= MOST);
        }
        for version in 2..100 {
            hot.put(Uuid::from_u128(9_999), stream(version, 1 << 20));
            assert!(held(&hot).1 <= MOST_BYTES);
        }
        assert_eq!(hot.get(Uuid::from_u128(9_999)).unwrap().version, 99);
        assert!(hot.get(Uuid::from_u128(0)).is_none());
    }
}
