//! The tail: reads what is new in the ledger, once for the whole process, and lays it into the rings of those who follow.

use super::Told;
use super::places::Places;
use super::ring::Ring;
use crate::app::Refused;
use crate::app::read::Counting;
use crate::ledger::head::{Changed, HeadWatch};
use crate::ledger::reader;
use projections::events::{self, Around, Place, Range};
use sqlx::PgPool;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How many events one question to the database brings.
const PAGE: i64 = 500;
/// How many followers read what was before at a time.
const TURNS: usize = 4;
/// How many followers have the next page read for them while they take the one before.
const READ_AHEAD: usize = 8;
/// How long it waits before it asks a database again that could not answer.
const AGAIN: Duration = Duration::from_millis(250);

/// The tail of one process. It begins to read when somebody first follows.
#[derive(Debug)]
pub struct Tail {
    shared: Arc<Shared>,
    _stop: DropGuard,
}

/// What the tail's task and its followers share.
pub(super) struct Shared {
    pool: PgPool,
    head: HeadWatch,
    rings: Mutex<HashMap<Counting, Arc<Ring>>>,
    is_begun: AtomicBool,
    /// Whether it reads: from then on nothing is missed.
    reads: watch::Sender<bool>,
    stop: CancellationToken,
    /// Counts how often somebody's rights changed.
    authority: AtomicU64,
    /// Turns at reading what was before: followers that come back all at once leave connections for everybody else.
    turns: Arc<Semaphore>,
    /// Pages that are read before they are asked for.
    read_ahead: Arc<Semaphore>,
    places: Places,
}

impl Tail {
    /// A tail over this database, which is told by this head that the ledger grew.
    #[must_use]
    pub fn new(pool: PgPool, head: &HeadWatch) -> Self {
        let stop = CancellationToken::new();
        let shared = Arc::new(Shared {
            pool,
            head: head.clone(),
            rings: Mutex::default(),
            is_begun: AtomicBool::new(false),
            reads: watch::Sender::new(false),
            stop: stop.clone(),
            authority: AtomicU64::new(0),
            turns: Arc::new(Semaphore::new(TURNS)),
            read_ahead: Arc::new(Semaphore::new(READ_AHEAD)),
            places: Places::default(),
        });
        let told = Arc::downgrade(&shared);
        head.on_authority_change(move |changed| {
            if let Some(shared) = told.upgrade() {
                shared.authority_changed(changed);
            }
        });
        Self { shared, _stop: stop.drop_guard() }
    }

    /// Ends everybody who follows, and lets nobody follow any more.
    pub fn stop(&self) {
        self.shared.stop.cancel();
    }

    /// Whether it has been told to stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.shared.stop.is_cancelled()
    }

    /// How many orders are followed here.
    #[must_use]
    pub fn orders(&self) -> usize {
        self.shared.rings().len()
    }

    /// Where each of these happened.
    pub(super) async fn places(&self, events: &[Around]) -> Result<Vec<Place>, sqlx::Error> {
        self.shared.places.of(&self.shared.pool, events).await
    }

    /// Waits for a turn at reading what was before.
    pub(super) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        // Nobody closes it.
        Arc::clone(&self.shared.turns).acquire_owned().await.ok()
    }

    /// The right to have a page read ahead, if there is one left: they are held in memory.
    pub(super) fn read_ahead(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.shared.read_ahead).try_acquire_owned().ok()
    }

    /// The ring of an order. What is recorded after this returns is laid into it.
    pub(super) async fn listen(&self, counting: Counting) -> Listening {
        if !self.shared.is_begun.swap(true, Ordering::SeqCst) {
            tokio::spawn(run(Arc::clone(&self.shared)));
        }
        let ring = {
            let mut rings = self.shared.rings();
            Arc::clone(rings.entry(counting).or_insert_with(|| Arc::new(Ring::new(counting))))
        };
        let listening = Listening { shared: Arc::clone(&self.shared), counting, ring };
        let mut reads = self.shared.reads.subscribe();
        tokio::select! {
            // The sender is as old as the tail.
            _ = reads.wait_for(|reads| *reads) => {}
            () = self.shared.stop.cancelled() => {}
        }
        listening
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("rings", &self.rings().len()).finish_non_exhaustive()
    }
}

/// Somebody who follows an order: as long as there is one, the order has a ring.
#[derive(Debug)]
pub(super) struct Listening {
    shared: Arc<Shared>,
    counting: Counting,
    pub(super) ring: Arc<Ring>,
}

impl Listening {
    /// Waits until following ends for everybody.
    pub(super) async fn stopped(&self) {
        self.shared.stop.cancelled().await;
    }

    /// Whether following has ended for everybody.
    pub(super) fn is_stopped(&self) -> bool {
        self.shared.stop.is_cancelled()
    }

    /// Counts how often somebody's rights changed.
    pub(super) fn authority(&self) -> u64 {
        self.shared.authority.load(Ordering::SeqCst)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut rings = self.shared.rings();
        // One is the map's, one is this one's.
        if Arc::strong_count(&self.ring) <= 2
            && rings.get(&self.counting).is_some_and(|ring| Arc::ptr_eq(ring, &self.ring))
        {
            rings.remove(&self.counting);
        }
    }
}

impl Shared {
    fn rings(&self) -> MutexGuard<'_, HashMap<Counting, Arc<Ring>>> {
        self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whoever follows there judges again whether it may.
    fn authority_changed(&self, changed: Changed) {
        self.authority.fetch_add(1, Ordering::SeqCst);
        match changed {
            Changed::In(scope) => {
                if let Some(ring) = self.rings().get(&Counting::Scope(scope)) {
                    ring.tell();
                }
            }
            Changed::Anywhere => self.rings().values().for_each(|ring| ring.tell()),
        }
    }

    /// Lays the next events into the rings; says whether there may be more.
    async fn read(&self, at: &mut At) -> Result<bool, Refused> {
        {
            let rings = self.rings();
            if rings.is_empty() {
                // Nobody listens: whoever comes after this reads what was before from the database.
                at.position = at.position.max(self.head.position());
                return Ok(false);
            }
        }
        let epoch = reader::epoch(&self.pool).await?;
        if epoch != at.epoch {
            tracing::warn!(epoch, "The ledger was restored: whoever follows begins anew");
            self.rings().drain().for_each(|(_, ring)| ring.end());
            *at = self.end_of_ledger().await?;
            return Ok(true);
        }
        let range = Range::Installation { scopes: None, after: at.position, until: i64::MAX };
        let rows = events::page(&self.pool, &range, None, PAGE).await?;
        let mut position = at.position;
        for row in &rows {
            if row.position != position + 1 {
                let gap = reader::ReadError::Gap { expected: position + 1, found: row.position };
                return Err(Refused::Broken(Arc::new(gap)));
            }
            position = row.position;
        }
        let places = self.places.of(&self.pool, &rows).await?;
        self.lay(Told::all(&rows, &places)?.into_iter().map(Arc::new).collect());
        at.position = position;
        Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX) >= PAGE)
    }

    fn lay(&self, events: Vec<Arc<Told>>) {
        let rings = self.rings();
        let mut touched: HashMap<Counting, &Arc<Ring>> = HashMap::new();
        for told in events {
            for counting in [Counting::Scope(told.place.scope), Counting::Installation] {
                if let Some(ring) = rings.get(&counting) {
                    ring.push(Arc::clone(&told));
                    touched.insert(counting, ring);
                }
            }
        }
        for ring in touched.values() {
            ring.tell();
        }
    }

    async fn end_of_ledger(&self) -> Result<At, Refused> {
        let epoch = reader::epoch(&self.pool).await?;
        let mut connection = self.pool.acquire().await?;
        let (position, _) = reader::head(&mut connection).await?;
        Ok(At { epoch, position })
    }
}

/// How far the tail has read.
#[derive(Clone, Copy, Debug)]
struct At {
    epoch: i64,
    position: i64,
}

async fn run(shared: Arc<Shared>) {
    let stop = shared.stop.clone();
    tokio::select! {
        () = follow(&shared) => {}
        () = stop.cancelled() => {}
    }
}

async fn follow(shared: &Shared) {
    let mut grown = shared.head.follow();
    let mut at = loop {
        match shared.end_of_ledger().await {
            Ok(at) => break at,
            Err(error) => wait_out(&error).await,
        }
    };
    shared.reads.send_replace(true);
    loop {
        grown.borrow_and_update();
        match shared.read(&mut at).await {
            Ok(true) => {}
            Ok(false) => {
                if grown.changed().await.is_err() {
                    return;
                }
            }
            Err(error) => wait_out(&error).await,
        }
    }
}

async fn wait_out(error: &Refused) {
    tracing::warn!(error = error as &dyn std::error::Error, "Could not read what is new in the ledger");
    tokio::time::sleep(AGAIN).await;
}
