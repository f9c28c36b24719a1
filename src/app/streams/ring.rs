//! The newest events of one order, for those who follow it.

use super::Told;
use crate::app::read::Counting;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// The most events that are kept for those who fall behind.
const MOST: usize = 2_048;
/// How long events are kept for those who fall behind.
const LONGEST: Duration = Duration::from_secs(30);
/// The most events that are taken at once.
const AT_ONCE: usize = 256;

/// The newest events of one order: neighbours are neighbours in the order.
#[derive(Debug)]
pub(super) struct Ring {
    counting: Counting,
    kept: Mutex<Kept>,
    news: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Kept {
    events: VecDeque<(Instant, Arc<Told>)>,
    /// The life of the ledger that these are of is over.
    ended: bool,
}

/// What comes after a position.
#[derive(Debug)]
pub(super) enum Next {
    /// These, and perhaps more.
    Events(Vec<Arc<Told>>),
    /// Nothing that the ring knows of.
    Nothing,
    /// Something that the ring does not have (any more).
    Older,
    /// Nothing, for ever.
    Ended,
}

impl Ring {
    pub(super) fn new(counting: Counting) -> Self {
        Self { counting, kept: Mutex::default(), news: watch::Sender::new(()) }
    }

    /// Tells when there is something new.
    pub(super) fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    /// Wakes whoever follows.
    pub(super) fn tell(&self) {
        self.news.send_replace(());
    }

    /// Adds the order's next event; whoever follows is told later, once for several.
    pub(super) fn push(&self, told: Arc<Told>) {
        let now = Instant::now();
        let mut kept = self.kept();
        kept.events.push_back((now, told));
        while kept.events.len() > MOST
            || kept.events.front().is_some_and(|(at, _)| now.duration_since(*at) > LONGEST)
        {
            kept.events.pop_front();
        }
    }

    /// Ends whoever follows.
    pub(super) fn end(&self) {
        self.kept().ended = true;
        self.tell();
    }

    /// What comes after a position.
    pub(super) fn after(&self, position: i64) -> Next {
        let kept = self.kept();
        if kept.ended {
            return Next::Ended;
        }
        let at = |entry: &(Instant, Arc<Told>)| entry.1.position_in(self.counting);
        let (Some(first), Some(last)) = (kept.events.front().map(at), kept.events.back().map(at)) else {
            return Next::Nothing;
        };
        if last <= position {
            return Next::Nothing;
        }
        match usize::try_from(position + 1 - first) {
            Ok(skipped) => {
                let events = kept.events.iter().skip(skipped).take(AT_ONCE);
                Next::Events(events.map(|(_, told)| Arc::clone(told)).collect())
            }
            Err(_) => Next::Older,
        }
    }

    /// How many events there are after a position, as far as the ring knows.
    pub(super) fn ahead(&self, position: i64) -> i64 {
        let last = self.kept().events.back().map(|(_, told)| told.position_in(self.counting));
        last.map_or(0, |last| (last - position).max(0))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
