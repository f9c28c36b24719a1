//! What is known of a ledger from outside its database.

use crate::ledger::merkle::Hash;
use crate::ledger::proofs::{Leaves, Shelf, ShelfError, Signed, Tree, Unsigned};
use crate::ledger::reader;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use values::Timestamp;

/// Checkpoints that verified, and leaves.
#[derive(Clone, Debug, Default)]
pub struct Witness {
    checkpoints: BTreeMap<(Tree, u64), Vec<Known>>,
    /// The newest checkpoint of each tree, of this life of the ledger.
    newest: BTreeMap<Tree, (u64, Timestamp)>,
    pub(super) leaves: Option<Leaves>,
    lives: Lives,
    count: usize,
}

/// What a checkpoint says of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) root: Hash,
    pub(super) at: Timestamp,
    /// Up to which position of the installation this counts: where its life of the ledger ended.
    pub(super) until: i64,
}

/// The lives of a ledger: which one it is in, and where those before ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lives {
    /// The one it is in.
    pub epoch: i64,
    /// After which position of the installation each of them began that was not the first.
    pub began_after: BTreeMap<i64, i64>,
}

impl Lives {
    /// Those that the database knows of.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn of(db: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let epoch = reader::epoch(&mut *db).await?;
        let began: Vec<(i64, i64)> =
            sqlx::query_as("SELECT epoch, began_after FROM ledger_epochs").fetch_all(db).await?;
        Ok(Self { epoch, began_after: began.into_iter().collect() })
    }

    /// Up to which position what was signed in an epoch still counts.
    fn ended(&self, epoch: i64) -> i64 {
        self.began_after.range(epoch + 1..).map(|(_, position)| *position).min().unwrap_or(i64::MAX)
    }
}

/// Something outside the database is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// The files cannot be read.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// A checkpoint is not one of this installation.
    #[error("a checkpoint is not to be trusted: {0}\n{1}")]
    Unsigned(Unsigned, String),
}

impl Witness {
    /// Nothing yet, of a ledger with these lives.
    #[must_use]
    pub fn new(lives: Lives) -> Self {
        Self { lives, ..Self::default() }
    }

    /// Everything on a shelf that one of these keys signed.
    ///
    /// # Errors
    /// The files cannot be read, or hold a checkpoint that none of the keys signed.
    pub fn of_shelf(shelf: &Shelf, keys: &[[u8; 32]], lives: Lives) -> Result<Self, WitnessError> {
        let mut witness = Self::new(lives);
        let mut first_fault = None;
        shelf.notes(|note| {
            if let Err(why) = witness.add(note, keys) {
                first_fault.get_or_insert_with(|| WitnessError::Unsigned(why, note.to_owned()));
            }
        })?;
        witness.leaves = shelf.leaves(witness.lives.epoch)?;
        first_fault.map_or(Ok(witness), Err)
    }

    /// Adds a checkpoint that one of these keys must have signed.
    ///
    /// # Errors
    /// None has.
    pub fn add(&mut self, note: &str, keys: &[[u8; 32]]) -> Result<Signed, Unsigned> {
        let signed = Signed::read(note, keys)?;
        let tree = signed.origin.tree;
        let known = Known { root: signed.root, at: signed.at, until: self.lives.ended(signed.origin.epoch) };
        let of_size = self.checkpoints.entry((tree, signed.size)).or_default();
        if !of_size.iter().any(|other| (other.root, other.until) == (known.root, known.until)) {
            of_size.push(known);
        }
        if known.until == i64::MAX {
            let newest = self.newest.entry(tree).or_insert((signed.size, signed.at));
            *newest = (signed.size, signed.at).max(*newest);
        }
        self.count += 1;
        Ok(signed)
    }

    /// How many checkpoints there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// What is known of a tree of this size.
    pub(super) fn of(&self, tree: Tree, size: u64) -> &[Known] {
        self.checkpoints.get(&(tree, size)).map_or(&[], Vec::as_slice)
    }

    /// The newest checkpoint of each tree, of this life of the ledger.
    pub(super) fn newest(&self) -> impl Iterator<Item = (Tree, u64, Timestamp)> {
        self.newest.iter().map(|(tree, (size, at))| (*tree, *size, *at))
    }
}
