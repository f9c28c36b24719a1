//! Signing one stretch of the ledger: what is signed, and that it goes on from what was signed before.

use super::checkpoint::{Origin, Signed};
use super::marks::{Mark, Marks, on_disk};
use super::shelf::Shelf;
use super::signer::{Cadence, CheckpointError};
use super::tree::{Tree, View, leaves};
use crate::crypto::Keyring;
use crate::ledger::merkle::verify_consistency;
use sqlx::PgConnection;
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

/// How much the signer has in memory of scopes, however many there are.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// How many are listed to be signed; where more have changed, the next are listed when half of these are signed.
    pub listed: usize,
    /// Of how many it is remembered up to where they were signed.
    pub remembered: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { listed: 65_536, remembered: 8_192 }
    }
}

/// What this process knows of what was signed.
#[derive(Debug)]
pub(super) struct State {
    /// The last position that this life of the ledger has in common with the one before.
    pub(super) began_after: u64,
    shelf: Shelf,
    marks: Marks,
    most_listed: usize,
    /// Where scopes end that have changed since.
    changed: HashMap<Tree, u64>,
    /// Others may have.
    more: bool,
}

impl State {
    /// Reads what is known outside the database, and in it where that is newer.
    pub(super) async fn load(
        db: &mut PgConnection,
        keyring: &Keyring,
        shelf: Shelf,
        epoch: i64,
        room: Room,
    ) -> Result<Self, CheckpointError> {
        let marks = Marks::open(keyring, shelf.clone(), epoch, room.remembered).await?;
        let began_after: Option<i64> =
            sqlx::query_scalar("SELECT began_after FROM ledger_epochs WHERE epoch = $1")
                .bind(epoch)
                .fetch_optional(&mut *db)
                .await?;
        let began_after = began_after.unwrap_or(0).unsigned_abs();
        let mut state =
            Self { began_after, shelf, marks, most_listed: room.listed, changed: HashMap::new(), more: true };
        state.recall(db, [Tree::Installation]).await?;
        state.list(db).await?;
        Ok(state)
    }

    /// Of which epoch.
    pub(super) const fn epoch(&self) -> i64 {
        self.marks.epoch
    }

    /// A scope ends here now.
    pub(super) fn changed(&mut self, tree: Tree, size: u64) {
        if size <= self.size(tree) {
            return;
        }
        if self.changed.len() >= self.most_listed && !self.changed.contains_key(&tree) {
            self.more = true;
            return;
        }
        let known = self.changed.entry(tree).or_default();
        *known = size.max(*known);
    }

    /// Whether there may be scopes that have changed and are not listed, and there is room for them.
    pub(super) fn is_to_list(&self) -> bool {
        self.more && self.changed.len() <= self.most_listed / 2
    }

    /// Lists scopes that have changed, if that is to be done.
    pub(super) async fn list(&mut self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        if !self.is_to_list() {
            return Ok(());
        }
        let rows: Vec<(Uuid, i64)> = sqlx::query_as(
            "SELECT s.org_id, s.position FROM scopes s \
             LEFT JOIN checkpoints c ON c.org_id = s.org_id AND c.epoch = $1 \
             WHERE s.position > coalesce(c.size, 0) LIMIT $2",
        )
        .bind(self.epoch())
        .bind(i64::try_from(self.most_listed).unwrap_or(i64::MAX))
        .fetch_all(db)
        .await?;
        self.more = rows.len() == self.most_listed;
        for (id, position) in rows {
            self.changed(Tree::of(id), position.unsigned_abs());
        }
        Ok(())
    }

    /// Makes sure that it is known up to where these trees were signed.
    pub(super) async fn recall(
        &mut self,
        db: &mut PgConnection,
        trees: impl IntoIterator<Item = Tree>,
    ) -> Result<(), CheckpointError> {
        let trees: Vec<Tree> = trees.into_iter().collect();
        self.marks.recall(db, trees.iter().copied()).await?;
        for tree in trees {
            self.settle(tree);
        }
        Ok(())
    }

    /// A scope that is signed to where it ends has not changed since.
    fn settle(&mut self, tree: Tree) {
        let known = self.size(tree);
        if self.changed.get(&tree).is_some_and(|size| *size <= known) {
            self.changed.remove(&tree);
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
            .filter(|(tree, size)| all || self.last(*tree).is_none_or(|last| is_due(last, *size)))
            .take(if all { SCOPES_AT_THE_END } else { SCOPES_AT_A_TIME })
            .collect()
    }

    /// Up to where a tree was signed, as far as that was recalled.
    pub(super) fn size(&self, tree: Tree) -> u64 {
        self.marks.size(tree)
    }

    /// The newest checkpoint of a tree, if it was recalled.
    pub(super) fn last(&self, tree: Tree) -> Option<&Mark> {
        self.marks.last(tree)
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
        if let Some(last) = self.last(tree) {
            let proof = view.consistency(db, last.size).await?;
            let proof = proof.ok_or_else(|| backwards(last, size))?;
            if verify_consistency(last.size, &last.root, size, &root, &proof).is_err() {
                return Err(CheckpointError::Refused(format!(
                    "{} up to {} is not what was signed {}",
                    last.origin, last.size, last.at
                )));
            }
        }
        let origin = Origin { installation: keyring.id(), epoch: self.epoch(), tree };
        Ok(Signed::new(keyring, origin, (size, root), at, self.marks.previous(tree)))
    }

    /// Signs trees, keeps what was signed outside the database, then in it.
    pub(super) async fn sign_all(
        &mut self,
        db: &mut PgConnection,
        keyring: &Arc<Keyring>,
        trees: &[(Tree, u64)],
        at: Timestamp,
    ) -> Result<Vec<Signed>, CheckpointError> {
        self.recall(db, trees.iter().map(|(tree, _)| *tree)).await?;
        let mut new = Vec::with_capacity(trees.len());
        for trees in trees.chunks(TREES_AT_A_LOOK) {
            for view in View::several(db, trees).await? {
                new.push(self.sign(db, keyring, view, at).await?);
            }
        }
        if let Some((_, size)) = trees.iter().find(|(tree, _)| *tree == Tree::Installation) {
            self.keep_leaves(db, *size).await?;
        }
        let new = self.marks.keep(db, new).await?;
        for signed in &new {
            self.settle(signed.origin.tree);
        }
        Ok(new)
    }

    /// Keeps the leaves up to `size` outside the database.
    async fn keep_leaves(&self, db: &mut PgConnection, size: u64) -> Result<(), CheckpointError> {
        let (files, epoch) = (self.shelf.clone(), self.epoch());
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
