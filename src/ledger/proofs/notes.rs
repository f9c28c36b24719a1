//! The newest file of notes, as the signer has it: it appends there, and knows where the newest note of each tree is.
//!
//! That place is all that is in memory of a tree that is not being signed: an installation may have any number of them.

use super::checkpoint::{MalformedCheckpoint, Origin, Signed};
use super::shelf::{Shelf, ShelfError, read_note, read_notes, sync};
use super::tree::Tree;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use uuid::Uuid;

/// Each time so many bytes have come to the newest file of notes, it is looked whether to begin another.
const LARGE: u64 = 64 << 20;

/// The newest file of notes.
#[derive(Debug)]
pub(super) struct Notes {
    shelf: Shelf,
    number: u64,
    path: PathBuf,
    large: u64,
    /// In each epoch, at which byte the newest note of each tree begins.
    places: BTreeMap<i64, HashMap<Uuid, u64>>,
}

impl Notes {
    /// Opens the newest file of a shelf that is prepared; there need not be one.
    pub(super) fn open(shelf: Shelf) -> Result<Self, ShelfError> {
        Self::of(shelf, LARGE)
    }

    fn of(shelf: Shelf, large: u64) -> Result<Self, ShelfError> {
        let newest = shelf.note_files().map(|mut files| files.pop());
        let newest = newest.map_err(|source| shelf.failed(source))?;
        let (number, path) = newest.unwrap_or_else(|| (1, shelf.directory().join("000001.notes")));
        let mut notes = Self { shelf, number, path, large, places: BTreeMap::new() };
        notes.find_places().map_err(|source| notes.shelf.failed(source))?;
        Ok(notes)
    }

    fn find_places(&mut self) -> io::Result<()> {
        self.places.clear();
        if !self.path.exists() {
            return Ok(());
        }
        let mut unknown = None;
        read_notes(&self.path, |begins, note| match origin(note) {
            Ok(origin) => put(&mut self.places, origin, begins),
            Err(why) => unknown = Some(why),
        })?;
        unknown.map_or(Ok(()), |why| Err(io::Error::new(io::ErrorKind::InvalidData, why)))
    }

    /// The newest note of each of these trees that has one.
    pub(super) fn newest(&self, trees: &[Tree]) -> Result<Vec<(Tree, String)>, ShelfError> {
        let read = || {
            let mut found = vec![];
            let mut file = None;
            for tree in trees {
                let mut newest_first = self.places.values().rev();
                let Some(place) = newest_first.find_map(|places| places.get(&tree.id())) else {
                    continue;
                };
                let file = match &mut file {
                    Some(file) => file,
                    None => file.insert(BufReader::new(File::open(&self.path)?)),
                };
                file.seek(SeekFrom::Start(*place))?;
                let mut note = String::new();
                if !read_note(file, &mut note)? {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                found.push((*tree, note));
            }
            Ok(found)
        };
        read().map_err(|source| self.shelf.failed(source))
    }

    /// Appends what was signed. When this returns it stays.
    pub(super) fn append(&mut self, new: &[Signed]) -> Result<(), ShelfError> {
        self.try_append(new).map_err(|source| self.shelf.failed(source))
    }

    fn try_append(&mut self, new: &[Signed]) -> io::Result<()> {
        let text: String = new.iter().flat_map(|signed| [signed.note.as_str(), "\n"]).collect();
        let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(&self.path)?;
        let before = file.metadata()?.len();
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        sync(self.shelf.directory())?;
        let mut begins = before;
        for signed in new {
            put(&mut self.places, signed.origin, begins);
            begins += signed.note.len() as u64 + 1;
        }
        if before / self.large < begins / self.large { self.begin_another(begins) } else { Ok(()) }
    }

    /// Begins another file with the newest note of each tree, unless that is most of what this one has.
    fn begin_another(&mut self, length: u64) -> io::Result<()> {
        let beside = self.shelf.directory().join("notes.new");
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        let mut file = BufWriter::new(file);
        self.read_newest(|note| {
            file.write_all(note.as_bytes())?;
            file.write_all(b"\n")
        })?;
        let file = file.into_inner()?;
        if file.metadata()?.len() > length / 2 {
            return fs::remove_file(beside);
        }
        file.sync_all()?;
        let path = self.shelf.directory().join(format!("{:06}.notes", self.number + 1));
        fs::rename(beside, &path)?;
        sync(self.shelf.directory())?;
        (self.number, self.path) = (self.number + 1, path);
        self.find_places()
    }

    /// Reads the newest note of each tree in each epoch, in the order of the file.
    fn read_newest(&self, mut each: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
        let mut places: Vec<u64> = self.places.values().flat_map(|places| places.values().copied()).collect();
        places.sort_unstable();
        let mut file = BufReader::new(File::open(&self.path)?);
        let (mut at, mut note) = (0, String::new());
        for begins in places {
            file.seek_relative(i64::try_from(begins - at).unwrap_or(i64::MAX))?;
            if !read_note(&mut file, &mut note)? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            at = begins + note.len() as u64 + 1;
            each(&note)?;
        }
        Ok(())
    }
}

fn put(places: &mut BTreeMap<i64, HashMap<Uuid, u64>>, origin: Origin, begins: u64) {
    places.entry(origin.epoch).or_default().insert(origin.tree.id(), begins);
}

fn origin(note: &str) -> Result<Origin, MalformedCheckpoint> {
    note.split('\n').next().unwrap_or_default().parse()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Keyring, Random};
    use values::{ScopeId, Timestamp};

    /// A tree, signed when it had so many leaves.
    fn signed(keyring: &Keyring, epoch: i64, tree: u128, size: u64) -> Signed {
        let tree = Tree::Scope(ScopeId::from(Uuid::from_u128(tree)));
        let origin = Origin { installation: keyring.id(), epoch, tree };
        Signed::new(keyring, origin, (size, [7; 32]), Timestamp::MIN, None)
    }

    fn newest(notes: &Notes, trees: impl IntoIterator<Item = u128>) -> Vec<String> {
        let trees: Vec<Tree> =
            trees.into_iter().map(|tree| Tree::Scope(ScopeId::from(Uuid::from_u128(tree)))).collect();
        notes.newest(&trees).unwrap().into_iter().map(|(_, note)| note).collect()
    }

    #[test]
    fn another_file_begins_with_the_newest_note_of_each_tree() {
        let directory = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(directory.path());
        let keyring = Keyring::ephemeral(&Random::seeded(1));
        let mut notes = Notes::of(shelf.clone(), 2_000).unwrap();
        let mut written: Vec<Signed> = vec![];
        for number in 0..40 {
            let one = signed(&keyring, 1, u128::from(number % 3), number);
            notes.append(std::slice::from_ref(&one)).unwrap();
            written.push(one);
            let last_three = written.iter().rev().take(3).map(|it| it.note.clone());
            let newest_first = (0..3).map(|back| u128::from(number.wrapping_sub(back) % 3));
            if number >= 2 {
                let last_three: Vec<_> = last_three.collect();
                let newest_first: Vec<_> = newest_first.collect();
                let opened = Notes::of(shelf.clone(), 2_000).unwrap();
                assert_eq!(newest(&notes, newest_first.clone()), last_three, "after {number}");
                assert_eq!(newest(&opened, newest_first), last_three, "opened after {number}");
            }
        }
        assert!(newest(&notes, [3]).is_empty(), "nothing was signed of it");
        let files = shelf.note_files().unwrap();
        assert!(files.len() > 2, "{files:?}");
        let mut seen: Vec<String> = vec![];
        shelf
            .notes(|note| {
                if !seen.iter().any(|seen| seen == note) {
                    seen.push(note.to_owned());
                }
            })
            .unwrap();
        let written: Vec<String> = written.into_iter().map(|signed| signed.note).collect();
        assert_eq!(seen, written, "all are there, oldest first");
        for (_, path) in &files[..files.len() - 1] {
            fs::remove_file(path).unwrap();
        }
        let opened = Notes::open(shelf).unwrap();
        assert_eq!(newest(&opened, [1, 2, 0]), written[37..], "older files may go");
    }

    #[test]
    fn one_file_goes_on_while_it_has_little_but_the_newest() {
        let directory = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(directory.path());
        let keyring = Keyring::ephemeral(&Random::seeded(1));
        let mut notes = Notes::of(shelf.clone(), 500).unwrap();
        for number in 0..40 {
            notes.append(&[signed(&keyring, 1, number, 1)]).unwrap();
        }
        assert_eq!(shelf.note_files().unwrap().len(), 1);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_another_life_signed_last_is_kept_too() {
        let directory = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(directory.path());
        let keyring = Keyring::ephemeral(&Random::seeded(1));
        let mut notes = Notes::of(shelf.clone(), 4_000).unwrap();
        let (old, of_both) = (signed(&keyring, 1, 1, 9), signed(&keyring, 1, 2, 8));
        notes.append(&[old.clone(), of_both.clone()]).unwrap();
        let mut last = String::new();
        while shelf.note_files().unwrap().len() < 2 {
            let next = signed(&keyring, 2, 2, last.len() as u64);
            last.clone_from(&next.note);
            notes.append(&[next]).unwrap();
        }
        assert_eq!(newest(&notes, [1, 2]), [old.note.clone(), last]);
        let mut began_with = vec![];
        read_notes(&notes.path, |_, note| began_with.push(note.to_owned())).unwrap();
        assert_eq!(began_with[..2], [old.note, of_both.note]);
    }

    #[test]
    fn a_file_with_something_else_in_it_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(directory.path());
        fs::write(directory.path().join("000001.notes"), "a\n\n\u{2014} name AAAAAAA=\n\n").unwrap();
        let refused = Notes::open(shelf).unwrap_err();
        let why = std::error::Error::source(&refused).unwrap().to_string();
        assert!(why.contains("it is not of this kind of ledger"), "{why}");
    }
}
