//! The leaves of the installation's tree, kept in files outside the database beside what was signed.

use super::shelf::{Shelf, ShelfError, directory, sync};
use crate::ledger::merkle::Hash;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

/// The bytes of a leaf.
const LEAF: u64 = 32;

impl Shelf {
    /// How many leaves of an epoch's tree are kept, as a position; nothing where there are none.
    ///
    /// # Errors
    /// See [`ShelfError`].
    pub fn leaves(&self, epoch: i64) -> Result<Option<Leaves>, ShelfError> {
        let find = || {
            for entry in directory(self.directory())? {
                let path = entry?.path();
                let stem = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".leaves"));
                let parts = stem.and_then(|stem| stem.split_once('-'));
                let parts =
                    parts.and_then(|(of, first)| Some((of.parse::<i64>().ok()?, first.parse::<u64>().ok()?)));
                if let Some((of, first)) = parts
                    && of == epoch
                {
                    let count = fs::metadata(&path)?.len() / LEAF;
                    return Ok(Some(Leaves { path, first, count }));
                }
            }
            Ok(None)
        };
        find().map_err(|source| self.failed(source))
    }

    /// Keeps the leaves of an epoch from position `first` on; whatever was kept from there on is replaced. When this
    /// returns they stay.
    ///
    /// # Errors
    /// See [`ShelfError`].
    pub fn keep_leaves(&self, epoch: i64, first: u64, leaves: &[Hash]) -> Result<(), ShelfError> {
        let known = self.leaves(epoch)?;
        let keep = || {
            let (path, begins) = match &known {
                Some(known) => (known.path.clone(), known.first),
                None => (self.directory().join(format!("{epoch}-{first}.leaves")), first),
            };
            let offset = first.checked_sub(begins).ok_or(io::ErrorKind::InvalidInput)? * LEAF;
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
            if file.metadata()?.len() < offset {
                return Err(io::ErrorKind::InvalidInput.into());
            }
            file.set_len(offset)?;
            file.seek(SeekFrom::Start(offset))?;
            file.write_all(leaves.as_flattened())?;
            file.sync_all()?;
            if known.is_none() { sync(self.directory()) } else { Ok(()) }
        };
        keep().map_err(|source| self.failed(source))
    }
}

/// Leaves that were kept, in order.
#[derive(Clone, Debug)]
pub struct Leaves {
    path: PathBuf,
    /// The position of the first.
    pub first: u64,
    /// How many there are.
    pub count: u64,
}

impl Leaves {
    /// The position after the last.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.first + self.count
    }

    /// The one at a position that is kept.
    ///
    /// # Errors
    /// The file cannot be read, or does not have it.
    pub fn at(&self, position: u64) -> io::Result<Hash> {
        let index = position.checked_sub(self.first).ok_or(io::ErrorKind::InvalidInput)?;
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(index * LEAF))?;
        let mut leaf = [0; 32];
        file.read_exact(&mut leaf)?;
        Ok(leaf)
    }

    /// Reads them one after the other.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(&self) -> io::Result<impl Iterator<Item = io::Result<Hash>> + Send + use<>> {
        let mut file = BufReader::new(File::open(&self.path)?).take(self.count * LEAF);
        Ok(std::iter::from_fn(move || {
            let mut leaf = [0; 32];
            match file.read_exact(&mut leaf) {
                Ok(()) => Some(Ok(leaf)),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
                Err(error) => Some(Err(error)),
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_are_kept_by_position_and_replaced_from_one_on() {
        let directory = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(directory.path());
        assert!(shelf.leaves(1).unwrap().is_none());
        shelf.keep_leaves(1, 1, &[[1; 32], [2; 32], [3; 32]]).unwrap();
        shelf.keep_leaves(1, 3, &[[4; 32], [5; 32]]).unwrap();
        shelf.keep_leaves(2, 3, &[[6; 32]]).unwrap();
        let leaves = shelf.leaves(1).unwrap().unwrap();
        assert_eq!((leaves.first, leaves.end()), (1, 5));
        let read: Vec<Hash> = leaves.read().unwrap().map(Result::unwrap).collect();
        assert_eq!(read, [[1; 32], [2; 32], [4; 32], [5; 32]]);
        assert_eq!(leaves.at(3).unwrap(), [4; 32]);
        assert!(leaves.at(5).is_err() && leaves.at(0).is_err());
        assert_eq!(shelf.leaves(2).unwrap().unwrap().first, 3);
        assert!(shelf.keep_leaves(1, 9, &[]).is_err(), "there would be a gap");
        assert!(shelf.keep_leaves(2, 2, &[]).is_err(), "before the first");
    }
}
