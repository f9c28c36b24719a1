//! Somebody who follows an order from a position on.

use super::pull::Stretch;
use super::ring::Next;
use super::tail::Listening;
use super::{After, Cursor, Filter, Sight, Told};
use crate::app::read::{Counting, Moment};
use crate::app::{App, Refused};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio_util::task::AbortOnDropHandle;

/// What is followed.
#[derive(Clone, Debug)]
pub struct Following {
    /// Whose order.
    pub counting: Counting,
    /// After what.
    pub after: After,
    /// Which events are wanted.
    pub filter: Filter,
    /// Which may be seen.
    pub sight: Sight,
}

/// Why following ended.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Ended {
    /// It was up to date, and did not keep up.
    #[error("too slow")]
    TooSlow,
    /// The ledger was restored to an earlier time.
    #[error("the ledger was restored: cursors of before mean nothing any more")]
    EpochChanged,
    /// The service stops.
    #[error("the service is stopping")]
    Stopping,
    /// The ledger could not be read.
    #[error("the ledger could not be read")]
    Failed(#[source] Refused),
}

/// Follows an order: every event that fits, once, oldest first.
#[derive(Debug)]
pub struct Follower {
    app: Arc<App>,
    listening: Listening,
    news: watch::Receiver<()>,
    counting: Counting,
    filter: Filter,
    sight: Sight,
    at: Cursor,
    /// Whether it has been up to date.
    is_live: bool,
    /// Where the order ended when it was last asked.
    end: i64,
    /// What comes next, which is read while what was read before is rendered and taken.
    ahead: Option<Ahead>,
}

/// The events of a page that fit, and the position up to which these are all.
type Page = (Vec<Arc<Told>>, i64);

/// A stretch that is read before it is asked for.
#[derive(Debug)]
struct Ahead {
    stretch: AbortOnDropHandle<Result<Stretch, Refused>>,
    _held: OwnedSemaphorePermit,
}

impl App {
    /// Begins to follow.
    ///
    /// # Errors
    /// There is no such place to go on from, or the database could not answer.
    pub async fn follow(self: &Arc<Self>, following: Following) -> Result<Follower, Refused> {
        let Following { counting, after, filter, sight } = following;
        let listening = self.tail.listen(counting).await;
        if listening.is_stopped() {
            return Err(Refused::NotThereYet);
        }
        let turn = self.tail.turn().await;
        let at = self.place(after, counting).await?;
        drop(turn);
        let (app, news) = (Arc::clone(self), listening.ring.news());
        let (is_live, end, ahead) = (false, at.position, None);
        Ok(Follower { app, listening, news, counting, filter, sight, at, is_live, end, ahead })
    }
}

impl Follower {
    /// Where it is: everything up to here was told, or did not fit.
    #[must_use]
    pub const fn at(&self) -> Cursor {
        self.at
    }

    /// Whose order it follows.
    #[must_use]
    pub const fn counting(&self) -> Counting {
        self.counting
    }

    /// Sees more or less from now on.
    pub fn see(&mut self, sight: Sight) {
        self.sight = sight;
        // What was read ahead was read with other eyes.
        self.ahead = None;
    }

    /// Whether it may see this event.
    #[must_use]
    pub fn sees(&self, told: &Told) -> bool {
        self.sight.sees(told)
    }

    /// Changes whenever somebody's rights have changed: what may be seen has to be judged again.
    #[must_use]
    pub fn authority(&self) -> u64 {
        self.listening.authority()
    }

    /// How many events there are ahead of it, as far as this process knows.
    #[must_use]
    pub fn lag(&self) -> i64 {
        self.listening.ring.ahead(self.at.position)
    }

    /// Waits until the order goes on or somebody's rights change, and then gives what fits; perhaps nothing, although
    /// [`Self::at`] has moved. Nothing is lost when the wait is given up.
    ///
    /// # Errors
    /// It ended; it can go on elsewhere from where it is.
    pub async fn next(&mut self) -> Result<Vec<Arc<Told>>, Ended> {
        if self.listening.is_stopped() {
            return Err(Ended::Stopping);
        }
        self.news.borrow_and_update();
        match self.listening.ring.after(self.at.position) {
            Next::Events(events) => {
                self.is_live = true;
                Ok(self.take(events))
            }
            Next::Ended => Err(Ended::EpochChanged),
            Next::Older if self.is_live => Err(Ended::TooSlow),
            Next::Nothing if self.is_live => {
                tokio::select! {
                    _ = self.news.changed() => Ok(vec![]),
                    () = self.listening.stopped() => Err(Ended::Stopping),
                }
            }
            Next::Older | Next::Nothing => self.catch_up().await.map_err(Ended::Failed),
        }
    }

    /// Reads on from the database. What is recorded meanwhile is in the ring: it was there before.
    async fn catch_up(&mut self) -> Result<Vec<Arc<Told>>, Refused> {
        let is_asked = self.at.position >= self.end;
        if is_asked {
            self.end = self.ask_end().await?;
        }
        let (mut end, mut page) = (self.end, (vec![], self.at.position));
        if self.at.position < end {
            page = self.next_page().await?;
        }
        let (told, reached) = page;
        if reached >= end && !is_asked {
            end = self.ask_end().await?;
        }
        // From here on nothing is waited for: where the wait is given up before, it has not moved.
        self.at.position = reached;
        self.end = end;
        // Whatever came after that is in the ring, or soon will be.
        self.is_live = reached >= end;
        Ok(told)
    }

    /// Where the order ends now.
    async fn ask_end(&self) -> Result<i64, Refused> {
        let turn = self.app.tail.turn().await;
        let end = self.app.pin(Moment::Now, self.counting).await?.shown;
        drop(turn);
        Ok(end)
    }

    async fn next_page(&mut self) -> Result<Page, Refused> {
        let stretch = match &mut self.ahead {
            Some(ahead) => {
                (&mut ahead.stretch).await.unwrap_or_else(|error| Err(Refused::Broken(Arc::new(error))))
            }
            None => self.stretch(self.at.position).await,
        };
        self.ahead = None;
        let stretch = stretch?;
        if stretch.reached < self.end {
            self.ahead = self.read_ahead(stretch.reached);
        }
        // Nothing more is waited for before the position moves to where reading ahead begins.
        let told = stretch.tell(&self.filter, &self.sight)?;
        Ok((told.into_iter().map(Arc::new).collect(), stretch.reached))
    }

    /// Begins to read what comes after a position, if there is room for it.
    fn read_ahead(&self, after: i64) -> Option<Ahead> {
        let held = self.app.tail.read_ahead()?;
        let stretch = AbortOnDropHandle::new(tokio::spawn(self.stretch(after)));
        Some(Ahead { stretch, _held: held })
    }

    /// What comes after a position, up to where the order ended.
    fn stretch(&self, after: i64) -> impl Future<Output = Result<Stretch, Refused>> + Send + use<> {
        let (app, counting, end) = (Arc::clone(&self.app), self.counting, self.end);
        let (filter, sight) = (self.filter.clone(), self.sight.clone());
        async move {
            let _turn = app.tail.turn().await;
            app.read_stretch(counting, after, end, &filter, &sight).await
        }
    }

    fn take(&mut self, mut events: Vec<Arc<Told>>) -> Vec<Arc<Told>> {
        if let Some(last) = events.last() {
            self.at.position = last.position_in(self.counting);
        }
        events.retain(|told| self.filter.admits(told) && self.sight.sees(told));
        events
    }
}
