//! The signer: one process at a time, under a lease whose row it holds while it signs.
//!
//! Every ten seconds or thousand events, whichever comes first, it signs the installation's tree; as often, by its own
//! events, that of a scope that has changed; and any scope's at once for whoever asks. Other processes leave a note of what they want signed. When
//! this process is stopped, it signs what is left.

use super::checkpoint::{Signed, Unsigned};
use super::nodes;
use super::shelf::{Shelf, ShelfError};
use super::tree::{Tree, TreeError, signed};
use super::writing::{Room, State, backwards};
use crate::background::Background;
use crate::clock::Clock;
use crate::crypto::Keyring;
use crate::ledger::head::HeadWatch;
use crate::ledger::lease::{self, Held};
use crate::ledger::reader;
use metrics::{counter, gauge};
use sqlx::{Connection, PgConnection, PgPool};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use values::ScopeId;

/// The name of the lease.
const LEASE: &str = "checkpoints";
/// How often it is looked whether something is to be signed, when nothing tells of it.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long it waits at least between two looks.
pub(super) const BREATHE: Duration = Duration::from_millis(50);
/// How long somebody waits for another process to sign.
const WAIT_FOR_ANOTHER: Duration = Duration::from_secs(3);
/// How many requests of other processes are answered at a time.
const REQUESTS: i64 = 256;

/// How far apart checkpoints are at most, and for how long a process signs alone.
#[derive(Clone, Copy, Debug)]
pub struct Cadence {
    /// In time.
    pub every: Duration,
    /// In events.
    pub events: u64,
    /// How long the lease is good for.
    pub lease: Duration,
}

impl Default for Cadence {
    fn default() -> Self {
        Self { every: Duration::from_secs(10), events: 1_000, lease: Duration::from_secs(15) }
    }
}

/// Why there is no checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The ledger is not what was signed before, or what was signed cannot be trusted.
    #[error("nothing is signed: {0}")]
    Refused(String),
    /// Another process signs, and has not yet.
    #[error("the process that signs has not signed in time")]
    Late,
    /// The files cannot be read or written.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// The database could not answer.
    #[error("the database could not answer")]
    Database(#[from] sqlx::Error),
}

impl From<TreeError> for CheckpointError {
    fn from(error: TreeError) -> Self {
        match error {
            TreeError::Missing { .. } => Self::Refused(error.to_string()),
            TreeError::Database(error) => Self::Database(error),
        }
    }
}

/// Signs checkpoints and finds them.
#[derive(Debug)]
pub struct Checkpoints {
    pool: PgPool,
    keyring: Arc<Keyring>,
    clock: Arc<dyn Clock>,
    holder: Uuid,
    cadence: Cadence,
    room: Room,
    shelf: Shelf,
    state: Mutex<Option<State>>,
}

impl Checkpoints {
    /// Of this process, which is called `holder` among others, with files in this directory.
    #[must_use]
    pub fn new(
        pool: PgPool,
        keyring: Arc<Keyring>,
        clock: Arc<dyn Clock>,
        holder: Uuid,
        directory: PathBuf,
    ) -> Self {
        let (cadence, shelf) = (Cadence::default(), Shelf::new(directory));
        let room = Room::default();
        Self { pool, keyring, clock, holder, cadence, room, shelf, state: Mutex::new(None) }
    }

    /// The same, with this much in memory.
    #[must_use]
    pub const fn with_room(mut self, room: Room) -> Self {
        self.room = room;
        self
    }

    /// Where what was signed is kept.
    #[must_use]
    pub const fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// A checkpoint of a scope that covers at least its first `size` positions; signed now where there is none.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub async fn covering(&self, scope: ScopeId, size: u64) -> Result<Signed, CheckpointError> {
        let tree = Tree::Scope(scope);
        if let Some(signed) = self.newest(tree).await?.filter(|signed| signed.size >= size) {
            return Ok(signed);
        }
        if let Some(signed) = self.sign_now(scope).await? {
            return Ok(signed);
        }
        sqlx::query("INSERT INTO checkpoint_requests (org_id) VALUES ($1) ON CONFLICT DO NOTHING")
            .bind(tree.id())
            .execute(&self.pool)
            .await?;
        let signed = async {
            loop {
                if let Some(signed) = self.newest(tree).await?.filter(|signed| signed.size >= size) {
                    return Ok(signed);
                }
                tokio::time::sleep(BREATHE).await;
            }
        };
        tokio::time::timeout(WAIT_FOR_ANOTHER, signed).await.unwrap_or(Err(CheckpointError::Late))
    }

    /// The newest checkpoint of a tree in this life of the ledger.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn newest(&self, tree: Tree) -> Result<Option<Signed>, CheckpointError> {
        let note: Option<String> = sqlx::query_scalar(
            "SELECT c.note FROM checkpoints c JOIN ledger_head h ON h.epoch = c.epoch WHERE c.org_id = $1",
        )
        .bind(tree.id())
        .fetch_optional(&self.pool)
        .await?;
        let Some(note) = note else { return Ok(None) };
        let keys: Vec<[u8; 32]> = self.keyring.public_keys().map(|(_, key)| key).collect();
        match Signed::read(&note, &keys) {
            Ok(signed) if signed.origin.tree == tree => Ok(Some(signed)),
            Ok(_) | Err(Unsigned::Signature | Unsigned::Note(_) | Unsigned::Checkpoint(_)) => {
                tracing::error!(
                    "The database has a checkpoint that this installation did not sign: signing another"
                );
                Ok(None)
            }
        }
    }

    /// Signs a scope's tree as it is; `None` where another process signs.
    async fn sign_now(&self, scope: ScopeId) -> Result<Option<Signed>, CheckpointError> {
        let mut state = self.state.lock().await;
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        let Some(state) = self.take_lease(&mut transaction, &mut state).await? else { return Ok(None) };
        let tree = Tree::Scope(scope);
        let size = reader::head_of_scope(&mut transaction, scope).await?.unsigned_abs();
        // Where the database has lost what was signed of it, the same is signed again.
        let signed =
            state.sign_all(&mut transaction, &self.keyring, &[(tree, size)], self.clock.now()).await?;
        transaction.commit().await?;
        Ok(signed.into_iter().next())
    }

    /// Takes the lease until the transaction ends and for a while after; with what is known of what was signed.
    async fn take_lease<'s>(
        &self,
        db: &mut PgConnection,
        state: &'s mut Option<State>,
    ) -> Result<Option<&'s mut State>, CheckpointError> {
        let Some(held) = lease::take(db, LEASE, self.holder, self.clock.now(), self.cadence.lease).await?
        else {
            // Another process signs, and this one does not know what.
            *state = None;
            return Ok(None);
        };
        let epoch = reader::epoch(&mut *db).await?;
        let known = state.take().filter(|state| held == Held::Before && state.epoch() == epoch);
        let known = match known {
            Some(known) => known,
            None => State::load(db, &self.keyring, self.shelf.clone(), epoch, self.room).await?,
        };
        Ok(Some(state.insert(known)))
    }

    /// Signs what is due by time or number of events; everything that is not signed yet, where `all` is asked for. Says
    /// whether anything was signed.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub async fn tick(&self, all: bool) -> Result<bool, CheckpointError> {
        let is_due = self.is_due(all).await?;
        let mut state = self.state.lock().await;
        let is_waited_for =
            |state: &State| state.is_to_list() || !state.due(self.clock.now(), self.cadence, all).is_empty();
        if !is_due && !state.as_ref().is_some_and(is_waited_for) {
            return Ok(false);
        }
        let mut signed_any = false;
        loop {
            let mut connection = self.pool.acquire().await?;
            let mut transaction = connection.begin().await?;
            let Some(state) = self.take_lease(&mut transaction, &mut state).await? else {
                return Ok(signed_any);
            };
            let stretch = self.sign_stretch(&mut transaction, state, all).await?;
            transaction.commit().await?;
            signed_any |= stretch.signed;
            // What has come meanwhile waits for its own time, unless it is much.
            if stretch.left < if all { 1 } else { self.cadence.events } {
                return Ok(signed_any);
            }
        }
    }

    async fn is_due(&self, all: bool) -> Result<bool, sqlx::Error> {
        let (head, size, signed_at, requested): (i64, i64, i64, bool) = sqlx::query_as(
            "SELECT h.position, coalesce(c.size, 0), coalesce(c.signed_at, 0), EXISTS (SELECT FROM checkpoint_requests) \
             FROM ledger_head h LEFT JOIN checkpoints c ON c.org_id = $1 AND c.epoch = h.epoch",
        )
        .bind(Tree::Installation.id())
        .fetch_one(&self.pool)
        .await?;
        let every = i64::try_from(self.cadence.every.as_micros()).unwrap_or(i64::MAX);
        let is_old = self.clock.now().as_micros().saturating_sub(signed_at) >= every;
        let is_much = head - size >= signed(self.cadence.events);
        // One that ends before what was signed is noticed at once.
        Ok(requested || (head != size && (all || is_old || is_much || head < size)))
    }

    /// Signs the next stretch of the ledger, and what others asked for.
    async fn sign_stretch(
        &self,
        db: &mut PgConnection,
        state: &mut State,
        all: bool,
    ) -> Result<Stretch, CheckpointError> {
        let (head, _) = reader::head(db).await?;
        let head = head.unsigned_abs();
        let from = state.size(Tree::Installation);
        if let Some(last) = state.last(Tree::Installation).filter(|last| last.size > head) {
            return Err(backwards(last, head));
        }
        // What it has in common with the life before was signed in that.
        let to = head.min(state.began_after.max(from + self.cadence.events));
        nodes::store(db, to).await?;
        let now = self.clock.now();
        for (tree, size) in touched(db, from, to).await? {
            state.changed(tree, size);
        }
        state.list(db).await?;
        let mut trees = state.due(now, self.cadence, all);
        trees.extend(requested(db).await?);
        state.recall(db, trees.keys().copied()).await?;
        trees.retain(|tree, size| *size > state.size(*tree));
        let mut trees: Vec<(Tree, u64)> = trees.into_iter().collect();
        if to > from {
            trees.push((Tree::Installation, to));
        }
        if !trees.is_empty() {
            state.sign_all(db, &self.keyring, &trees, now).await?;
        }
        counter!("quarterdeck_checkpoints_signed_total").increment(trees.len() as u64);
        gauge!("quarterdeck_checkpoint_position").set(as_f64(to));
        Ok(Stretch { signed: !trees.is_empty(), left: head - to })
    }

    /// Signs from now on, whenever something is due.
    pub fn start(self: &Arc<Self>, head: &HeadWatch) -> Background {
        let stop = CancellationToken::new();
        let work = run(Arc::clone(self), head.clone(), stop.clone());
        Background::start("Signing checkpoints", stop, work)
    }

    /// Signs what is left, and lets others sign.
    async fn end(&self) {
        if let Err(error) = self.tick(true).await {
            tracing::error!(error = &error as &dyn std::error::Error, "Could not sign the last checkpoint");
        }
        let given_up = async { lease::give_up(&mut *self.pool.acquire().await?, LEASE, self.holder).await };
        if let Err(error) = given_up.await {
            tracing::warn!(error = &error as &dyn std::error::Error, "Could not give the signer's lease up");
        }
    }
}

/// What was signed of the ledger.
struct Stretch {
    signed: bool,
    /// How many positions are after it.
    left: u64,
}

async fn run(checkpoints: Arc<Checkpoints>, head: HeadWatch, stop: CancellationToken) {
    let mut grown = head.follow();
    let (mut is_failing, mut may_go_on) = (false, false);
    loop {
        grown.borrow_and_update();
        match checkpoints.tick(false).await {
            Ok(signed) => (is_failing, may_go_on) = (false, signed),
            // Said once: it is tried again every second.
            Err(error) if !is_failing => {
                is_failing = true;
                counter!("quarterdeck_checkpoints_failed_total").increment(1);
                tracing::error!(error = &error as &dyn std::error::Error, "Could not sign a checkpoint");
            }
            Err(_) => counter!("quarterdeck_checkpoints_failed_total").increment(1),
        }
        let wait = async {
            tokio::time::sleep(if is_failing { LOOK_EVERY } else { BREATHE }).await;
            // More scopes may wait than are signed at a time.
            if may_go_on && !is_failing {
                return;
            }
            tokio::select! {
                _ = grown.changed() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        };
        if stop.run_until_cancelled(wait).await.is_none() {
            return checkpoints.end().await;
        }
    }
}

/// The scopes that have changed between two positions, and where they ended then.
async fn touched(db: &mut PgConnection, from: u64, to: u64) -> Result<Vec<(Tree, u64)>, sqlx::Error> {
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(
        "SELECT org_id, max(org_position) FROM events WHERE position > $1 AND position <= $2 GROUP BY org_id",
    )
    .bind(signed(from))
    .bind(signed(to))
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, size)| (Tree::of(id), size.unsigned_abs())).collect())
}

/// What other processes want signed, taken off the list, and where that ends now.
async fn requested(db: &mut PgConnection) -> Result<Vec<(Tree, u64)>, sqlx::Error> {
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(
        "WITH taken AS ( \
             DELETE FROM checkpoint_requests WHERE org_id IN (SELECT org_id FROM checkpoint_requests LIMIT $1) \
             RETURNING org_id) \
         SELECT s.org_id, s.position FROM taken JOIN scopes s ON s.org_id = taken.org_id",
    )
    .bind(REQUESTS)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, size)| (Tree::of(id), size.unsigned_abs())).collect())
}

#[expect(clippy::cast_precision_loss, reason = "metrics are floats, exact up to 2^53")]
fn as_f64(count: u64) -> f64 {
    count as f64
}
