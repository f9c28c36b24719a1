//! The way through the ledger: read and folded, whole batches at a time.

use super::DeriveError;
use super::ahead::Ahead;
use super::fold::{Fold, Made, id_of};
use super::pages::{Page, Pages};
use crate::ledger::reader::StoredEvent;
use futures::TryStreamExt;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How many bytes of documents are handed out together, at most; and one batch more.
const MOST_BYTES: usize = 8 << 20;
/// How many bytes the streams take up that are remembered.
const MOST_REMEMBERED: usize = 448 << 20;

/// Goes through the ledger. What it remembers is bounded, however long that is: a stream that it has forgotten is read
/// again when something more happens to it.
pub(super) struct Course {
    source: Source,
    fold: Fold,
    pace: Pace,
    /// What was read and not folded yet.
    page: Page,
    /// The last event that was folded, and when it was recorded.
    seen: (i64, i64),
}

/// Where the pages come from.
pub(super) enum Source {
    /// They are read when they are needed.
    Here(Pages),
    /// They were read before.
    Ahead(Ahead<Page>),
}

/// How it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// Up to a position that is known from the beginning: each version is handed out once, as what it is at that position.
    Filling {
        /// That position.
        until: i64,
    },
    /// On and on: newest versions are handed out, too, and may be followed by newer ones.
    Following,
}

impl Course {
    /// Goes on after a position.
    pub(super) fn new(after: i64, pace: Pace) -> Self {
        Self::over(Source::Here(Pages::new(after, pace)), after, pace)
    }

    /// Goes on after a position, through these pages.
    pub(super) fn over(source: Source, after: i64, pace: Pace) -> Self {
        Self { source, fold: Fold::default(), pace, page: Page::default(), seen: (after, i64::MIN) }
    }

    /// Follows to a later end of the ledger. What is read ahead has its end.
    pub(super) fn extend(&mut self, until: i64) {
        match &mut self.source {
            Source::Here(pages) => pages.extend(until),
            Source::Ahead(_) => {}
        }
    }

    /// The last position of what was handed out.
    pub(super) const fn position(&self) -> i64 {
        self.seen.0
    }

    /// What the next `most` events make, and the rest of their batch; `None` at the end.
    pub(super) async fn next(
        &mut self,
        db: &mut PgConnection,
        most: usize,
    ) -> Result<Option<Made>, DeriveError> {
        let mut events = 0;
        loop {
            if self.page.events.is_empty() {
                self.turn_page(db).await?;
            }
            let Some(event) = self.page.events.front() else { break };
            let is_full = events >= most || self.fold.made().weight() >= MOST_BYTES;
            if is_full && event.recorded_at != self.seen.1 {
                break;
            }
            if self.page.last.contains(&event.position) {
                self.fold.see_last(event)?;
            } else {
                self.fold.see(event)?;
            }
            self.seen = (event.position, event.recorded_at);
            self.page.events.pop_front();
            events += 1;
        }
        if events == 0 {
            return Ok(None);
        }
        let made = match self.pace {
            Pace::Filling { .. } => self.fold.take()?,
            Pace::Following => self.fold.take_all()?,
        };
        self.fold.forget_beyond(MOST_REMEMBERED);
        // What is on the page is known when the page is turned.
        self.know_streams(db).await?;
        Ok(Some(made))
    }

    async fn turn_page(&mut self, db: &mut PgConnection) -> Result<(), DeriveError> {
        let next = match &mut self.source {
            Source::Here(pages) => pages.next(db).await?,
            Source::Ahead(pages) => pages.next().await?,
        };
        self.page = next.unwrap_or_default();
        self.know_streams(db).await
    }

    /// Folds the streams that the page goes on with and that are not remembered, from their beginnings on.
    async fn know_streams(&mut self, db: &mut PgConnection) -> Result<(), DeriveError> {
        let mut wanted: BTreeMap<Uuid, &StoredEvent> = BTreeMap::new();
        for event in &self.page.events {
            let id = id_of(event)?;
            if !self.fold.knows(id) {
                wanted.entry(id).or_insert(event);
            }
        }
        wanted.retain(|_, first| first.sequence > 1);
        if wanted.is_empty() {
            return Ok(());
        }
        let types: Vec<&str> = wanted.values().map(|first| first.aggregate_type.as_str()).collect();
        let ids: Vec<&str> = wanted.values().map(|first| first.aggregate_id.as_str()).collect();
        let before: Vec<i64> = wanted.values().map(|first| first.sequence).collect();
        let mut earlier = sqlx::query_as::<_, StoredEvent>(include_str!("sql/earlier_events.sql"))
            .bind(types)
            .bind(ids)
            .bind(before)
            .fetch(db);
        let mut apart = Fold::default();
        while let Some(event) = earlier.try_next().await? {
            apart.see(&event)?;
            if apart.made().weight() >= MOST_BYTES {
                // These were handed out already.
                drop(apart.take()?);
            }
        }
        drop(earlier);
        // Where something is missing, the stream's next event is not the one that is seen next.
        Ok(self.fold.adopt(apart)?)
    }
}
