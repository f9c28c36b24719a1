//! What can go wrong with the private PostgreSQL.

use std::io;
use std::path::PathBuf;

/// Why the private PostgreSQL could not be found, made, started, reached or stopped.
///
/// Each message is one line and says what to do where something can be done.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// No directory with `initdb` and `postgres` was found.
    #[error("PostgreSQL is not installed: apt-get install postgresql")]
    NotInstalled,
    /// All installations found are older than this service supports.
    #[error("PostgreSQL {found} is too old, {needed} or later is needed: apt-get install postgresql")]
    TooOld {
        /// The newest major version on this machine.
        found: u32,
        /// The oldest major version that will do.
        needed: u32,
    },
    /// The cluster was made by a major version that is not installed any more.
    #[error(
        "the data in {} was made by PostgreSQL {made_by}, which is not installed: apt-get install postgresql-{made_by}",
        cluster.display()
    )]
    OtherVersion {
        /// The cluster's directory.
        cluster: PathBuf,
        /// The major version in its `PG_VERSION`.
        made_by: u32,
    },
    /// Another process of the service uses this data directory.
    #[error("another quarterdeck{holder} already uses {}: stop it, or give another --data-dir", data_dir.display())]
    InUse {
        /// The data directory.
        data_dir: PathBuf,
        /// ` (process 123)`, or nothing if it is not known.
        holder: String,
    },
    /// The directory holds something that is not a cluster; it is left alone.
    #[error("{} is neither empty nor a PostgreSQL cluster: move it away, or give another --data-dir", _0.display())]
    NotACluster(PathBuf),
    /// The account that runs PostgreSQL may not enter a directory above its files.
    #[error(
        "{} cannot be entered by the user {user}, who runs PostgreSQL: give another --data-dir, such as /var/lib/quarterdeck",
        directory.display()
    )]
    Unreachable {
        /// The directory that is closed.
        directory: PathBuf,
        /// The account's name.
        user: String,
    },
    /// PostgreSQL needs an account with a name, and there is none.
    #[error("no account to run PostgreSQL as: {0}")]
    NoAccount(String),
    /// A directory for the socket belongs to somebody else, or is open to others.
    #[error("{} is not a directory that only {user} can enter: remove it", directory.display())]
    UnsafeSocketDirectory {
        /// The directory.
        directory: PathBuf,
        /// The account it should belong to.
        user: String,
    },
    /// `initdb` failed.
    #[error("initdb could not make the cluster: {0}")]
    Initdb(String),
    /// `postgres` ended before it took connections.
    #[error("PostgreSQL did not start: {reason} (its log is {})", log.display())]
    DidNotStart {
        /// The last complaint in its log.
        reason: String,
        /// The log.
        log: PathBuf,
    },
    /// `postgres` runs but takes no connections.
    #[error("PostgreSQL took no connections within {seconds} s (its log is {})", log.display())]
    NotReady {
        /// How long it was given.
        seconds: u64,
        /// The log.
        log: PathBuf,
    },
    /// `postgres` still runs although it was told to stop.
    #[error("PostgreSQL (process {pid}) did not stop")]
    DidNotStop {
        /// Its process id.
        pid: i32,
    },
    /// The server may lose or tear what it has acknowledged.
    #[error("the database is not durable ({0}): switch this on, or pass --allow-unsafe-durability")]
    NotDurable(String),
    /// A program that copies databases refused.
    #[error("{program} refused: {said}")]
    Copy {
        /// Which.
        program: &'static str,
        /// What it said.
        said: String,
    },
    /// The operating system refused something.
    #[error("could not {action}")]
    Io {
        /// What was attempted, such as `read /var/lib/quarterdeck/postgres/PG_VERSION`.
        action: String,
        /// The operating system's answer.
        source: io::Error,
    },
    /// PostgreSQL refused something.
    #[error("PostgreSQL could not {action}")]
    Database {
        /// What was attempted.
        action: &'static str,
        /// PostgreSQL's answer.
        source: sqlx::Error,
    },
}

impl PostgresError {
    /// For `map_err`: wraps an operating system's error with what was attempted.
    pub(super) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }

    /// For `map_err`: wraps a database's error with what was attempted.
    pub(super) fn database(action: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Database { action, source }
    }
}
