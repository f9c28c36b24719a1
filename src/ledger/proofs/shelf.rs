//! What was signed, kept in files outside the database.
//!
//! | file | holds |
//! |---|---|
//! | `<number>.notes` | every checkpoint that was signed, oldest first: signed notes, an empty line after each. Each file but the first begins with the newest note of each tree, so that the newest file is enough to go on from |
//! | `<epoch>-<position>.leaves` | the leaves of the installation's tree from that position on, 32 bytes each |
//! | `public-keys` | the keys that verify the notes, in base64, newest first |
//!
//! The notes prove; the leaves only tell which position it is that differs, and are believed where a note's root follows
//! from them. What is appended is durable before anybody sees it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// What a line of a signature begins with.
const SIGNATURE: &str = "\u{2014} ";

/// The files could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("checkpoints cannot be kept in {}", path.display())]
pub struct ShelfError {
    path: PathBuf,
    source: io::Error,
}

/// The files of one installation.
#[derive(Clone, Debug)]
pub struct Shelf {
    directory: PathBuf,
}

impl Shelf {
    /// The shelf in this directory, which need not be there.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// Where it is.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Makes it ready to be appended to: makes the directory, and takes away what a crash left half written.
    ///
    /// # Errors
    /// See [`ShelfError`].
    pub fn prepare(&self, public_keys: &[[u8; 32]]) -> Result<(), ShelfError> {
        self.try_prepare(public_keys).map_err(|source| self.failed(source))
    }

    fn try_prepare(&self, public_keys: &[[u8; 32]]) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.directory)?;
        let keys: String = public_keys.iter().map(|key| STANDARD.encode(key) + "\n").collect();
        let path = self.directory.join("public-keys");
        if fs::read_to_string(&path).ok().as_ref() != Some(&keys) {
            let beside = self.directory.join("public-keys.new");
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
            file.write_all(keys.as_bytes())?;
            file.sync_all()?;
            fs::rename(&beside, &path)?;
        }
        if let Some((_, path)) = self.note_files()?.pop() {
            let whole = split(&fs::read_to_string(&path)?).map(|note| note.len() as u64 + 1).sum();
            let file = OpenOptions::new().write(true).open(&path)?;
            if file.metadata()?.len() > whole {
                tracing::warn!("Taking away half a checkpoint that a crash left in {}", path.display());
                file.set_len(whole)?;
                file.sync_all()?;
            }
        }
        sync(&self.directory)
    }

    /// Reads every note, oldest first. Those that began another file come again.
    ///
    /// # Errors
    /// See [`ShelfError`].
    pub fn notes(&self, mut each: impl FnMut(&str)) -> Result<(), ShelfError> {
        let mut read = || {
            for (_, path) in self.note_files()? {
                read_notes(&path, |_, note| each(note))?;
            }
            Ok(())
        };
        read().map_err(|source| self.failed(source))
    }

    /// The files of notes, oldest first, each with its number.
    pub(super) fn note_files(&self) -> io::Result<Vec<(u64, PathBuf)>> {
        let mut files = vec![];
        for entry in directory(&self.directory)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".notes"));
            if let Some(number) = name.and_then(|name| name.parse().ok()) {
                files.push((number, path));
            }
        }
        files.sort_unstable();
        Ok(files)
    }

    pub(super) fn failed(&self, source: io::Error) -> ShelfError {
        ShelfError { path: self.directory.clone(), source }
    }
}

/// Reads the notes of a file, each with the byte that it begins at. What a crash left half written is none.
pub(super) fn read_notes(path: &Path, mut each: impl FnMut(u64, &str)) -> io::Result<()> {
    let mut file = BufReader::new(File::open(path)?);
    let (mut begins, mut note) = (0, String::new());
    while read_note(&mut file, &mut note)? {
        each(begins, &note);
        begins += note.len() as u64 + 1;
    }
    Ok(())
}

/// Reads the next note, and the empty line after it; says whether there was one.
pub(super) fn read_note(file: &mut impl BufRead, note: &mut String) -> io::Result<bool> {
    note.clear();
    loop {
        let before = note.len();
        if file.read_line(note)? == 0 {
            return Ok(false);
        }
        if &note[before..] == "\n" && is_signed(&note[..before]) {
            note.truncate(before);
            return Ok(true);
        }
    }
}

/// The notes of a text, each followed by an empty line; the last one may go without.
pub fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut at = 0;
        loop {
            let line = rest[at..].split_inclusive('\n').next()?;
            if line == "\n" && is_signed(&rest[..at]) {
                let note = &rest[..at];
                rest = &rest[at + 1..];
                return Some(note);
            }
            at += line.len();
            if at == rest.len() && line.starts_with(SIGNATURE) && line.ends_with('\n') {
                return Some(std::mem::take(&mut rest));
            }
        }
    })
}

/// Whether the last line is one of a signature.
fn is_signed(text: &str) -> bool {
    text.trim_end_matches('\n').rsplit('\n').next().is_some_and(|line| line.starts_with(SIGNATURE))
}

/// What is in a directory; nothing where there is none.
pub(super) fn directory(path: &Path) -> io::Result<impl Iterator<Item = io::Result<fs::DirEntry>> + use<>> {
    match fs::read_dir(path) {
        Ok(entries) => Ok(Some(entries).into_iter().flatten()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None.into_iter().flatten()),
        Err(error) => Err(error),
    }
}

/// Makes durable which files are in a directory.
pub(super) fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(text: &str) -> String {
        format!("{text}\n\n{SIGNATURE}name AAAAAAA=\n")
    }

    fn all(shelf: &Shelf) -> Vec<String> {
        let mut all = vec![];
        shelf.notes(|note| all.push(note.to_owned())).unwrap();
        all
    }

    #[test]
    fn notes_stay_in_order_and_half_a_note_is_none() {
        let directory = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(directory.path().join("checkpoints"));
        assert!(all(&shelf).is_empty());
        shelf.prepare(&[[1; 32]]).unwrap();
        let notes = ["a", "b", "c"].map(note);
        let path = shelf.directory().join("000001.notes");
        fs::write(&path, notes.join("\n") + "\n").unwrap();
        assert_eq!(all(&shelf), notes);

        let whole = fs::read_to_string(&path).unwrap();
        for torn in ["d", "d\n", "d\n\n", "d\n\n\u{2014} name", "d\n\n\u{2014} name AAAAAAA=\n"] {
            fs::write(&path, format!("{whole}{torn}")).unwrap();
            assert_eq!(all(&shelf), notes, "{torn:?}");
        }
        fs::write(&path, format!("{whole}d\n\n\u{2014} na")).unwrap();
        shelf.prepare(&[[1; 32]]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), whole);
        let keys = fs::read_to_string(shelf.directory().join("public-keys")).unwrap();
        assert_eq!(keys, STANDARD.encode([1; 32]) + "\n");
    }

    #[test]
    fn notes_are_found_in_a_text() {
        let text = [note("a"), note("b\nc")].join("\n");
        assert_eq!(split(&text).collect::<Vec<_>>(), [note("a"), note("b\nc")]);
        assert_eq!(split(&format!("{text}\n")).count(), 2);
        assert_eq!(split("").count(), 0);
        assert_eq!(split("a\n\nb\n").count(), 0);
    }
}
