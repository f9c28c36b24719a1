//! What lies where in the data directory, and who may enter it.
//!
//! ```text
//! <data-dir>/           0711 as root, so that PostgreSQL's account can pass through; else 0700
//!   postgres/           0700, of PostgreSQL's account: the cluster
//!   run/                0700, of PostgreSQL's account: the socket
//!   postgres.log        what PostgreSQL says; the one before is postgres.log.1
//!   postgres.lock       held by the service that uses this directory
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use super::PostgresError;
use super::account::Account;

/// The log's name in the data directory.
pub(super) const LOG: &str = "postgres.log";

/// The name PostgreSQL gives its socket, for the port in `quarterdeck.conf`.
const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// `sun_path` has 108 bytes on Linux, the last of which is zero: unix(7).
const MAX_SOCKET_PATH_BYTES: usize = 107;

/// Above this size the log is set aside at the next start.
const MAX_LOG_BYTES: u64 = 16 * 1024 * 1024;

/// A data directory that exists; all paths are absolute and free of links.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    data_dir: PathBuf,
}

impl Layout {
    /// Makes the data directory if it is missing. One that is there keeps its mode, unless root owns it and
    /// PostgreSQL's account could not pass through: then passing through, and only that, is opened.
    pub(super) fn open(data_dir: &Path) -> Result<Self, PostgresError> {
        let root = geteuid().is_root();
        if !data_dir.is_dir() {
            if let Some(parent) = data_dir.parent().filter(|it| !it.as_os_str().is_empty()) {
                fs::create_dir_all(parent)
                    .map_err(PostgresError::io(format!("make {}", parent.display())))?;
            }
            make_directory(data_dir, 0o700)?;
        }
        let data_dir =
            data_dir.canonicalize().map_err(PostgresError::io(format!("resolve {}", data_dir.display())))?;
        let meta =
            fs::metadata(&data_dir).map_err(PostgresError::io(format!("look at {}", data_dir.display())))?;
        if root && meta.uid() == 0 && meta.mode() & 0o011 != 0o011 {
            set_mode(&data_dir, meta.mode() & 0o7777 | 0o011)?;
        }
        Ok(Self { data_dir })
    }

    pub(super) fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    pub(super) fn cluster(&self) -> PathBuf {
        Self::cluster_in(&self.data_dir)
    }

    /// Where the cluster is, or would be, of a data directory that may not be there.
    pub(super) fn cluster_in(data_dir: &Path) -> PathBuf {
        data_dir.join("postgres")
    }

    /// Where a cluster is made before it is moved into place whole.
    pub(super) fn unfinished_cluster(&self) -> PathBuf {
        self.data_dir.join("postgres.unfinished")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.data_dir.join(LOG)
    }

    /// Opens the log for appending; a long one is set aside first.
    pub(super) fn open_log(&self) -> Result<File, PostgresError> {
        let log = self.log();
        if fs::metadata(&log).is_ok_and(|meta| meta.len() > MAX_LOG_BYTES) {
            fs::rename(&log, log.with_extension("log.1"))
                .map_err(PostgresError::io(format!("set {} aside", log.display())))?;
        }
        OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&log)
            .map_err(PostgresError::io(format!("open {}", log.display())))
    }

    /// Takes the lock that only one service can hold, for as long as the file is open.
    ///
    /// # Errors
    ///
    /// [`PostgresError::InUse`] if another process holds it.
    pub(super) fn lock(&self) -> Result<File, PostgresError> {
        let path = self.data_dir.join("postgres.lock");
        let action = format!("lock {}", path.display());
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(PostgresError::io(&action))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                let known = file.read_to_string(&mut pid).is_ok() && !pid.trim().is_empty();
                let holder = if known { format!(" (process {})", pid.trim()) } else { String::new() };
                return Err(PostgresError::InUse { data_dir: self.data_dir.clone(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(PostgresError::Io { action, source }),
        }
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| writeln!(file, "{}", std::process::id()))
            .map_err(PostgresError::io(&action))?;
        Ok(file)
    }

    /// The directory for the socket: `run` in the data directory or, where that makes the socket's path too
    /// long for the kernel, one with a short name derived from the data directory's.
    pub(super) fn socket_directory(&self, short_parent: &Path) -> PathBuf {
        let near = self.data_dir.join("run");
        if near.join(SOCKET_NAME).as_os_str().len() <= MAX_SOCKET_PATH_BYTES {
            return near;
        }
        short_parent.join(format!("quarterdeck-{:016x}", fnv1a(self.data_dir.as_os_str().as_bytes())))
    }
}

/// Makes the socket's directory, for `account` alone. In a place where others could have made it first, it is
/// refused unless it is `account`'s own and closed to others.
pub(super) fn prepare_socket_directory(directory: &Path, account: &Account) -> Result<(), PostgresError> {
    if fs::symlink_metadata(directory).is_err() {
        make_directory(directory, 0o700)?;
        account.give(directory)?;
    }
    let safe =
        fs::symlink_metadata(directory).is_ok_and(|meta| meta.is_dir() && meta.mode() & 0o777 == 0o700);
    if !safe || !account.owns(directory) {
        return Err(PostgresError::UnsafeSocketDirectory {
            directory: directory.to_path_buf(),
            user: account.name.clone(),
        });
    }
    Ok(())
}

/// Makes one directory, with exactly this mode.
pub(super) fn make_directory(path: &Path, mode: u32) -> Result<(), PostgresError> {
    DirBuilder::new()
        .mode(mode)
        .create(path)
        .map_err(PostgresError::io(format!("make {}", path.display())))?;
    set_mode(path, mode)
}

fn set_mode(path: &Path, mode: u32) -> Result<(), PostgresError> {
    fs::set_permissions(path, Permissions::from_mode(mode))
        .map_err(PostgresError::io(format!("set the mode of {}", path.display())))
}

/// FNV-1a, 64 bits: the same in every process and version, which the standard library's hasher is not.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_is_near_unless_its_path_would_be_too_long() {
        let near = Layout { data_dir: PathBuf::from("/var/lib/quarterdeck") };
        assert_eq!(near.socket_directory(Path::new("/tmp")), Path::new("/var/lib/quarterdeck/run"));

        let far = Layout { data_dir: PathBuf::from(format!("/{}", "x".repeat(200))) };
        let directory = far.socket_directory(Path::new("/tmp"));
        assert!(directory.starts_with("/tmp"), "{}", directory.display());
        assert!(directory.join(SOCKET_NAME).as_os_str().len() <= MAX_SOCKET_PATH_BYTES);
        assert_eq!(directory, far.socket_directory(Path::new("/tmp")));
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
