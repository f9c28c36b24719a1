//! Signing one stretch of the ledger: what is signed, and that it goes on from what was signed before.

use super::checkpoint::{Origin, Signed};
use super::shelf::{Shelf, ShelfError};
use super::signer::{Cadence, CheckpointError};
use super::tree::{Tree, View, leaves, signed};
use crate::crypto::Keyring;
use crate::ledger::merkle::{Hash, verify_consistency};
use futures::TryStreamExt as _;
use sqlx::PgConnection;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;
use values::Timestamp;

/// How many leaves are read at a time to be kept outside.
const LEAVES_AT_A_TIME: u64 = 10_000;

/// How many scopes are signed at a time, at most every [`BREATHE`](super::signer::BREATHE): where thousands change, signing
/// all of them at once took a quarter of the service's time from commands. The installation's tree covers them meanwhile.
const SCOPES_AT_A_TIME: usize = 32;
/// How many are signed at the end of a process; others are after the next start.
const SCOPES_AT_THE_END: usize = 4_096;
/// How many trees are read at one look.
const TREES_AT_A_LOOK: usize = 256;

/// What is remembered of a checkpoint: enough to go on from it. There is one for each tree, so it is small.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) origin: Origin,
    pub(super) size: u64,
    root: Hash,
    at: Timestamp,
    /// SHA-256 of the note.
    hash: Hash,
}

impl From<&Signed> for Mark {
    fn from(signed: &Signed) -> Self {
        let Signed { origin, size, root, at, .. } = *signed;
        Self { origin, size, root, at, hash: signed.hash() }
    }
}

/// What this process knows of what was signed.
#[derive(Debug)]
pub(super) struct State {
    pub(super) epoch: i64,
    /// The last position that this life of the ledger has in common with the one before.
    pub(super) began_after: u64,
    shelf: Shelf,
    /// The newest checkpoint of each tree in this epoch.
    last: HashMap<Tree, Mark>,
    /// The newest of each tree in any epoch before.
    before: HashMap<Tree, Mark>,
    /// Where scopes end that have changed since.
    changed: HashMap<Tree, u64>,
}

impl State {
    /// Reads what is known outside the database, and in it where that is newer.
    pub(super) async fn load(
        db: &mut PgConnection,
        keyring: &Keyring,
        shelf: Shelf,
        epoch: i64,
    ) -> Result<Self, CheckpointError> {
        let keys: Vec<[u8; 32]> = keyring.public_keys().map(|(_, key)| key).collect();
        let for_shelf = keys.clone();
        let (shelf, noted) = tokio::task::spawn_blocking(move || {
            shelf.prepare(&for_shelf)?;
            let mut newest = vec![];
            // Only the newest count; verifying all of them is what `verify` does.
            shelf
                .newest_notes(|note| newest.push(Signed::read(note, &for_shelf).map(|it| Mark::from(&it))))?;
            Ok::<_, ShelfError>((shelf, newest))
        })
        .await
        .map_err(|error| CheckpointError::Refused(format!("reading what was signed failed: {error}")))??;
        let began_after: Option<i64> =
            sqlx::query_scalar("SELECT began_after FROM ledger_epochs WHERE epoch = $1")
                .bind(epoch)
                .fetch_optional(&mut *db)
                .await?;
        let began_after = began_after.unwrap_or(0).unsigned_abs();
        let mut state = Self {
            epoch,
            began_after,
            shelf,
            last: HashMap::new(),
            before: HashMap::new(),
            changed: HashMap::new(),
        };
        for mark in noted {
            let mark = mark.map_err(|why| {
                let directory = state.shelf.directory().display();
                CheckpointError::Refused(format!(
                    "a checkpoint in {directory} is not of this installation: {why}"
                ))
            })?;
            state.learn(mark);
        }
        let scopes: Vec<(Uuid, i64)> =
            sqlx::query_as("SELECT org_id, position FROM scopes WHERE position > 0")
                .fetch_all(&mut *db)
                .await?;
        let mut copies = sqlx::query_scalar::<_, String>("SELECT note FROM checkpoints").fetch(db);
        while let Some(note) = copies.try_next().await? {
            if let Ok(signed) = Signed::read(&note, &keys) {
                state.learn(Mark::from(&signed));
            }
        }
        drop(copies);
        for (id, position) in scopes {
            state.changed(Tree::of(id), position.unsigned_abs());
        }
        Ok(state)
    }

    /// A scope ends here now.
    pub(super) fn changed(&mut self, tree: Tree, size: u64) {
        if size > self.size(tree) {
            let known = self.changed.entry(tree).or_default();
            *known = size.max(*known);
        }
    }

    /// Scopes that have changed and whose time has come: as many as are signed at a time.
    pub(super) fn due(&self, now: Timestamp, cadence: Cadence, all: bool) -> BTreeMap<Tree, u64> {
        let every = i64::try_from(cadence.every.as_micros()).unwrap_or(i64::MAX);
        let is_due = |last: &Mark, size: u64| {
            now.as_micros().saturating_sub(last.at.as_micros()) >= every
                || size.saturating_sub(last.size) >= cadence.events
        };
        let changed = self.changed.iter().map(|(tree, size)| (*tree, *size));
        changed
            .filter(|(tree, size)| all || self.last.get(tree).is_none_or(|last| is_due(last, *size)))
            .take(if all { SCOPES_AT_THE_END } else { SCOPES_AT_A_TIME })
            .collect()
    }

    /// Takes note of a checkpoint, unless a newer one is known.
    fn learn(&mut self, mark: Mark) {
        let known = if mark.origin.epoch == self.epoch { &mut self.last } else { &mut self.before };
        match known.entry(mark.origin.tree) {
            Entry::Vacant(entry) => {
                entry.insert(mark);
            }
            Entry::Occupied(mut entry) => {
                let order = |mark: &Mark| (mark.origin.epoch, mark.size, mark.at);
                if order(&mark) > order(entry.get()) {
                    entry.insert(mark);
                }
            }
        }
        let tree = mark.origin.tree;
        let known = self.size(tree);
        if self.changed.get(&tree).is_some_and(|size| *size <= known) {
            self.changed.remove(&tree);
        }
    }

    /// Up to where a tree was signed.
    pub(super) fn size(&self, tree: Tree) -> u64 {
        self.last.get(&tree).map_or(0, |last| last.size)
    }

    /// The newest checkpoint of a tree.
    pub(super) fn last(&self, tree: Tree) -> Option<&Mark> {
        self.last.get(&tree)
    }

    /// Signs a tree, if it goes on from what was signed before.
    async fn sign(
        &self,
        db: &mut PgConnection,
        keyring: &Keyring,
        mut view: View,
        at: Timestamp,
    ) -> Result<Signed, CheckpointError> {
        let (tree, size) = (view.tree(), view.size());
        let root = view.root(db).await?;
        if let Some(last) = self.last.get(&tree) {
            let proof = view.consistency(db, last.size).await?;
            let proof = proof.ok_or_else(|| backwards(last, size))?;
            if verify_consistency(last.size, &last.root, size, &root, &proof).is_err() {
                return Err(CheckpointError::Refused(format!(
                    "{} up to {} is not what was signed {}",
                    last.origin, last.size, last.at
                )));
            }
        }
        let previous = self.last.get(&tree).or_else(|| self.before.get(&tree)).map(|mark| mark.hash);
        let origin = Origin { installation: keyring.id(), epoch: self.epoch, tree };
        Ok(Signed::new(keyring, origin, (size, root), at, previous))
    }

    /// Signs trees, keeps what was signed outside the database, then in it.
    pub(super) async fn sign_all(
        &mut self,
        db: &mut PgConnection,
        keyring: &Arc<Keyring>,
        trees: &[(Tree, u64)],
        at: Timestamp,
    ) -> Result<Vec<Signed>, CheckpointError> {
        let mut new = Vec::with_capacity(trees.len());
        for trees in trees.chunks(TREES_AT_A_LOOK) {
            for view in View::several(db, trees).await? {
                new.push(self.sign(db, keyring, view, at).await?);
            }
        }
        if let Some((_, size)) = trees.iter().find(|(tree, _)| *tree == Tree::Installation) {
            self.keep_leaves(db, *size).await?;
        }
        let files = self.shelf.clone();
        let new = on_disk(move || {
            files.append_notes(new.iter().map(|signed| signed.note.as_str()))?;
            Ok(new)
        })
        .await?;
        insert(db, &new).await?;
        for signed in &new {
            self.learn(Mark::from(signed));
        }
        Ok(new)
    }

    /// Keeps the leaves up to `size` outside the database.
    async fn keep_leaves(&self, db: &mut PgConnection, size: u64) -> Result<(), CheckpointError> {
        let (files, epoch) = (self.shelf.clone(), self.epoch);
        let known = on_disk(move || files.leaves(epoch)).await?;
        // What is after the last checkpoint was left by a crash.
        let mut next =
            known.map_or(1, |known| known.end().min(self.size(Tree::Installation) + 1).max(known.first));
        while next <= size {
            let end = size.min(next - 1 + LEAVES_AT_A_TIME);
            let leaves = leaves(db, Tree::Installation, next - 1, end).await?;
            let (files, first) = (self.shelf.clone(), next);
            on_disk(move || files.keep_leaves(epoch, first, &leaves)).await?;
            next = end + 1;
        }
        Ok(())
    }
}

/// The database ends before what was signed.
pub(super) fn backwards(last: &Mark, size: u64) -> CheckpointError {
    CheckpointError::Refused(format!(
        "{} was signed up to {} at {}, and ends at {size} now: position {} is missing",
        last.origin,
        last.size,
        last.at,
        size + 1
    ))
}

/// Does what waits for a disk.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ShelfError> + Send + 'static,
) -> Result<T, CheckpointError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| CheckpointError::Refused(format!("keeping what was signed failed: {error}")))?
        .map_err(CheckpointError::from)
}

async fn insert(db: &mut PgConnection, new: &[Signed]) -> Result<(), sqlx::Error> {
    let trees: Vec<Uuid> = new.iter().map(|it| it.origin.tree.id()).collect();
    let epochs: Vec<i64> = new.iter().map(|it| it.origin.epoch).collect();
    let sizes: Vec<i64> = new.iter().map(|it| signed(it.size)).collect();
    let times: Vec<i64> = new.iter().map(|it| it.at.as_micros()).collect();
    let notes: Vec<&str> = new.iter().map(|it| it.note.as_str()).collect();
    sqlx::query(
        "INSERT INTO checkpoints (org_id, epoch, size, signed_at, note) \
         SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[]) \
         ON CONFLICT (org_id) DO UPDATE SET epoch = excluded.epoch, size = excluded.size, \
             signed_at = excluded.signed_at, note = excluded.note",
    )
    .bind(&trees)
    .bind(&epochs)
    .bind(&sizes)
    .bind(&times)
    .bind(&notes)
    .execute(db)
    .await?;
    Ok(())
}
