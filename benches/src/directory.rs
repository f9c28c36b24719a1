//! The directory of one run: on a real disk, passable for PostgreSQL's account, gone afterwards.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::Failure;

/// A run's directory; removed when dropped, unless it shall be kept.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    keep: bool,
}

impl Directory {
    /// Makes it in `parent`. Others may pass through, and see nothing: as root, PostgreSQL runs as another account.
    ///
    /// # Errors
    ///
    /// It cannot be made.
    pub(crate) fn make(parent: &Path, keep: bool) -> Result<Self, Failure> {
        let path = parent.join(format!("quarterdeck-bench-{}", std::process::id()));
        DirBuilder::new()
            .mode(0o711)
            .create(&path)
            .map_err(|error| format!("could not make {}: {error}", path.display()))?;
        Ok(Self { path, keep })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if self.keep {
            eprintln!("Kept {}", self.path.display());
        } else if let Err(error) = fs::remove_dir_all(&self.path) {
            eprintln!("Could not remove {}: {error}", self.path.display());
        }
    }
}
