//! A page of events.

use super::{After, Cursor, Filter, Sight, Told};
use crate::app::read::{Counting, Moment};
use crate::app::{App, Refused};
use projections::events::{self, Around, Place, Range};

/// How many events one question to the database brings.
const PAGE: i64 = 500;
/// How many positions are looked at for one page; where few events fit, the page is short and the next one goes on.
const MOST_LOOKED_AT: i64 = 20_000;

/// Which events are asked for.
#[derive(Clone, Debug)]
pub struct Pulling {
    /// Whose order.
    pub counting: Counting,
    /// After what.
    pub after: After,
    /// As of when.
    pub moment: Moment,
    /// Which are wanted.
    pub filter: Filter,
    /// Which may be seen.
    pub sight: Sight,
    /// At most so many.
    pub limit: usize,
}

/// A page of events.
#[derive(Debug)]
pub struct Pulled {
    /// The events, oldest first.
    pub events: Vec<Told>,
    /// Where to go on.
    pub next: Cursor,
    /// The last position there was.
    pub position: i64,
}

/// A stretch of the ledger as it is stored.
#[derive(Debug)]
pub(super) struct Stretch {
    events: Vec<Around>,
    places: Vec<Place>,
    /// The position up to which these are all that are wanted.
    pub(super) reached: i64,
}

impl Stretch {
    /// Renders what fits.
    ///
    /// # Errors
    /// An event has no public form.
    pub(super) fn tell(&self, filter: &Filter, sight: &Sight) -> Result<Vec<Told>, Refused> {
        let mut told = Told::all(&self.events, &self.places)?;
        told.retain(|event| filter.admits(event) && sight.sees(event));
        Ok(told)
    }
}

impl App {
    /// The next events that fit.
    ///
    /// # Errors
    /// There is no such place to go on from, or the database could not answer.
    pub async fn pull(&self, pulling: &Pulling) -> Result<Pulled, Refused> {
        let start = self.place(pulling.after, pulling.counting).await?;
        let head = self.pin(pulling.moment, pulling.counting).await?.shown;
        let (filter, sight) = (&pulling.filter, &pulling.sight);
        let mut found = vec![];
        let mut position = start.position;
        let until = head.min(start.position.saturating_add(MOST_LOOKED_AT));
        while position < until && found.len() < pulling.limit {
            let stretch = self.read_stretch(pulling.counting, position, until, filter, sight).await?;
            position = stretch.reached;
            found.extend(stretch.tell(filter, sight)?);
        }
        if found.len() > pulling.limit {
            found.truncate(pulling.limit);
            position = found.last().map_or(position, |last| last.position_in(pulling.counting));
        }
        let next = Cursor { epoch: start.epoch, position: position.max(start.position) };
        Ok(Pulled { events: found, next, position: head })
    }

    /// Reads a stretch of the ledger after a position, and where everything in it happened.
    ///
    /// # Errors
    /// The database could not answer.
    pub(super) async fn read_stretch(
        &self,
        counting: Counting,
        after: i64,
        until: i64,
        filter: &Filter,
        sight: &Sight,
    ) -> Result<Stretch, Refused> {
        let scopes = sight.scopes();
        let range = match counting {
            Counting::Scope(scope) => Range::Scope { scope, after, until },
            Counting::Installation => Range::Installation { scopes: scopes.as_deref(), after, until },
        };
        let types = filter.stored_types();
        let events = events::page(&self.pool, &range, types.as_deref(), PAGE).await?;
        let mut reached = after;
        for event in &events {
            let position = match counting {
                Counting::Scope(_) => event.scope_position,
                Counting::Installation => event.position,
            };
            // Every position is there, where none was left out on purpose.
            if types.is_none() && scopes.is_none() && position != reached + 1 {
                return Err(gap(reached + 1, position));
            }
            reached = position;
        }
        let is_cut = i64::try_from(events.len()).unwrap_or(i64::MAX) >= PAGE;
        let places = self.tail.places(&events).await?;
        Ok(Stretch { events, places, reached: if is_cut { reached } else { until } })
    }
}

fn gap(expected: i64, found: i64) -> Refused {
    Refused::Broken(std::sync::Arc::new(crate::ledger::reader::ReadError::Gap { expected, found }))
}
