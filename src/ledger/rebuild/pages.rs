//! The ledger, page by page, with what must be known of each event before it is folded.

use super::DeriveError;
use super::course::Pace;
use crate::ledger::reader::{Reader, StoredEvent};
use sqlx::PgConnection;
use std::collections::{HashSet, VecDeque};

/// How many events are looked at together.
const PAGE: usize = 500;

/// Events that are looked at together.
#[derive(Default)]
pub(super) struct Page {
    pub(super) events: VecDeque<StoredEvent>,
    /// Positions after which their streams have no more events. Only while tables are filled.
    pub(super) last: HashSet<i64>,
}

/// Turns the pages.
pub(super) struct Pages {
    reader: Reader,
    pace: Pace,
}

impl Pages {
    /// Begins after a position.
    pub(super) const fn new(after: i64, pace: Pace) -> Self {
        let until = match pace {
            Pace::Filling { until } => until,
            Pace::Following => after,
        };
        Self { reader: Reader::new(after, until), pace }
    }

    /// Goes on to a later end of the ledger.
    pub(super) fn extend(&mut self, until: i64) {
        self.reader.extend(until);
    }

    /// The next page; `None` at the end.
    pub(super) async fn next(&mut self, db: &mut PgConnection) -> Result<Option<Page>, DeriveError> {
        let after = self.reader.position();
        let mut page = Page::default();
        while page.events.len() < PAGE
            && let Some(event) = self.reader.next(db).await?
        {
            page.events.push_back(event);
        }
        if page.events.is_empty() {
            return Ok(None);
        }
        if let Pace::Filling { until } = self.pace {
            let positions: Vec<i64> = sqlx::query_scalar(include_str!("sql/last_of_streams.sql"))
                .bind(after)
                .bind(self.reader.position())
                .bind(until)
                .fetch_all(db)
                .await?;
            page.last = positions.into_iter().collect();
        }
        Ok(Some(page))
    }
}
