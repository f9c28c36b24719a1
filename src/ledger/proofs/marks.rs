//! What was signed last of each tree, as far as the signer needs it to go on from there.
//!
//! The files outside the database say so, and the database where that is newer. The marks of trees that are signed again and
//! again are remembered; the others are read when their turn comes.

use super::checkpoint::{Origin, Signed};
use super::notes::Notes;
use super::shelf::{Shelf, ShelfError};
use super::signer::CheckpointError;
use super::tree::{Tree, signed};
use crate::crypto::Keyring;
use crate::ledger::merkle::Hash;
use sqlx::PgConnection;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;
use values::Timestamp;

/// What is remembered of a checkpoint: enough to go on from it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) origin: Origin,
    pub(super) size: u64,
    pub(super) root: Hash,
    pub(super) at: Timestamp,
    /// SHA-256 of the note.
    pub(super) hash: Hash,
}

impl From<&Signed> for Mark {
    fn from(signed: &Signed) -> Self {
        let Signed { origin, size, root, at, .. } = *signed;
        Self { origin, size, root, at, hash: signed.hash() }
    }
}

impl Mark {
    fn order(&self) -> (i64, u64, Timestamp) {
        (self.origin.epoch, self.size, self.at)
    }
}

/// The marks of an epoch.
#[derive(Debug)]
pub(super) struct Marks {
    pub(super) epoch: i64,
    keys: Vec<[u8; 32]>,
    shelf: Shelf,
    notes: Arc<Mutex<Notes>>,
    /// How many marks are remembered.
    most: usize,
    /// The newest checkpoint of a tree, in whichever epoch that was.
    remembered: HashMap<Tree, Mark>,
}

impl Marks {
    /// Finds what is kept outside the database.
    pub(super) async fn open(
        keyring: &Keyring,
        shelf: Shelf,
        epoch: i64,
        most: usize,
    ) -> Result<Self, CheckpointError> {
        let keys: Vec<[u8; 32]> = keyring.public_keys().map(|(_, key)| key).collect();
        let (for_shelf, files) = (keys.clone(), shelf.clone());
        let notes = on_disk(move || {
            files.prepare(&for_shelf)?;
            Notes::open(files)
        })
        .await?;
        Ok(Self { epoch, keys, shelf, notes: Arc::new(Mutex::new(notes)), most, remembered: HashMap::new() })
    }

    /// The newest checkpoint of a tree in this epoch, if it was recalled.
    pub(super) fn last(&self, tree: Tree) -> Option<&Mark> {
        self.remembered.get(&tree).filter(|mark| mark.origin.epoch == self.epoch)
    }

    /// Up to where a tree was signed in this epoch, if it was recalled.
    pub(super) fn size(&self, tree: Tree) -> u64 {
        self.last(tree).map_or(0, |last| last.size)
    }

    /// What the next checkpoint of a tree names as the one before, in this epoch or another.
    pub(super) fn previous(&self, tree: Tree) -> Option<Hash> {
        self.remembered.get(&tree).map(|mark| mark.hash)
    }

    /// Reads the marks of these trees that are not remembered. Where the database has lost what was signed of one, it gets
    /// it back.
    pub(super) async fn recall(
        &mut self,
        db: &mut PgConnection,
        trees: impl IntoIterator<Item = Tree>,
    ) -> Result<(), CheckpointError> {
        let mut trees: HashSet<Tree> = trees.into_iter().collect();
        if self.remembered.len() + trees.len() > self.most {
            self.remembered.retain(|tree, _| *tree == Tree::Installation);
        }
        trees.retain(|tree| !self.remembered.contains_key(tree));
        let unknown: Vec<Tree> = trees.into_iter().collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = unknown.iter().map(|tree| tree.id()).collect();
        let notes = Arc::clone(&self.notes);
        let kept =
            on_disk(move || notes.lock().unwrap_or_else(PoisonError::into_inner).newest(&unknown)).await?;
        let mut found = HashMap::with_capacity(kept.len());
        for (tree, note) in kept {
            found.insert(tree, self.believe(tree, &note)?);
        }
        let copies: Vec<(Uuid, String)> =
            sqlx::query_as("SELECT org_id, note FROM checkpoints WHERE org_id = ANY($1)")
                .bind(&ids)
                .fetch_all(&mut *db)
                .await?;
        let mut lost: HashSet<Tree> = found.keys().copied().collect();
        for (id, note) in copies {
            let tree = Tree::of(id);
            let kept = found.get(&tree);
            if kept.is_some_and(|kept| kept.note == note) {
                lost.remove(&tree);
                continue;
            }
            let Ok(copy) = Signed::read(&note, &self.keys) else { continue };
            if copy.origin.tree == tree
                && kept.is_none_or(|kept| Mark::from(&copy).order() > Mark::from(kept).order())
            {
                lost.remove(&tree);
                found.insert(tree, copy);
            }
        }
        let lost = lost.iter().filter_map(|tree| found.get(tree)).filter(|it| it.origin.epoch == self.epoch);
        insert(db, &lost.collect::<Vec<_>>()).await?;
        self.remembered.extend(found.iter().map(|(tree, signed)| (*tree, Mark::from(signed))));
        Ok(())
    }

    /// What is kept outside the database was signed by this installation, or nothing is to be trusted there.
    fn believe(&self, tree: Tree, note: &str) -> Result<Signed, CheckpointError> {
        let directory = self.shelf.directory().display();
        let signed = Signed::read(note, &self.keys).map_err(|why| {
            CheckpointError::Refused(format!(
                "a checkpoint in {directory} is not of this installation: {why}"
            ))
        })?;
        if signed.origin.tree == tree {
            return Ok(signed);
        }
        Err(CheckpointError::Refused(format!("the files in {directory} were changed while they were in use")))
    }

    /// Keeps what was signed outside the database, then in it.
    pub(super) async fn keep(
        &mut self,
        db: &mut PgConnection,
        new: Vec<Signed>,
    ) -> Result<Vec<Signed>, CheckpointError> {
        let notes = Arc::clone(&self.notes);
        let new = on_disk(move || {
            notes.lock().unwrap_or_else(PoisonError::into_inner).append(&new)?;
            Ok(new)
        })
        .await?;
        insert(db, &new.iter().collect::<Vec<_>>()).await?;
        self.remembered.extend(new.iter().map(|signed| (signed.origin.tree, Mark::from(signed))));
        Ok(new)
    }
}

/// Does what waits for a disk.
pub(super) async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ShelfError> + Send + 'static,
) -> Result<T, CheckpointError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| CheckpointError::Refused(format!("keeping what was signed failed: {error}")))?
        .map_err(CheckpointError::from)
}

async fn insert(db: &mut PgConnection, new: &[&Signed]) -> Result<(), sqlx::Error> {
    if new.is_empty() {
        return Ok(());
    }
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
