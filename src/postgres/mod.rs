//! The private PostgreSQL: a cluster of the service's own, run from the binaries on the machine.
//!
//! It is found, made, started, reused after a crash of the service and stopped with it. It listens on a Unix
//! socket only, in a directory that nobody but its account and root can enter, and admits whom the kernel says
//! is one of the two. Only one service at a time uses a data directory; commands that work offline attach to
//! the one that runs, or start it for themselves.
//!
//! Life of one start: lock the data directory → find the binaries → make the cluster if there is none → write
//! settings → adopt a `postgres` left over by a killed service, or start one → wait until it takes connections →
//! make role and database if they are missing.

mod account;
mod binaries;
mod cluster;
mod dump;
mod durability;
mod error;
mod layout;
mod process;

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::unistd::geteuid;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection, PgConnection};
use tokio::time::{Instant, sleep};

pub use self::binaries::BinarySearch;
pub use self::durability::require_durable;
pub use self::error::PostgresError;

use self::account::Account;
use self::binaries::Binaries;
use self::cluster::{SERVICE, SUPERUSER};
use self::layout::{Layout, prepare_socket_directory};
use self::process::{Found, Postmaster};

/// How long PostgreSQL may take until it takes connections. Recovery after a crash replays up to
/// `max_wal_size`, which takes a slow disk minutes.
const START_LIMIT: Duration = Duration::from_secs(300);

/// How often a starting PostgreSQL is tried.
const TRY_AGAIN: Duration = Duration::from_millis(20);

/// A private PostgreSQL that takes connections.
///
/// Call [`stop`](Self::stop) at the end. One that is dropped instead, as in a panic, is told to stop and not
/// waited for; one that was only attached to is left alone.
#[derive(Debug)]
pub struct PrivatePostgres {
    data_dir: PathBuf,
    socket_directory: PathBuf,
    /// Nothing when another process is responsible for it.
    owned: Option<Owned>,
}

/// Fields are dropped in this order: the server is told to stop before the directory is free for another.
#[derive(Debug)]
struct Owned {
    postmaster: Postmaster,
    _lock: File,
}

impl PrivatePostgres {
    /// Starts the PostgreSQL of `data_dir`, or takes over one that a killed service has left running; makes
    /// directory, cluster, role and database first where they are missing.
    ///
    /// # Errors
    ///
    /// [`PostgresError::InUse`] if another service uses `data_dir`; else whatever was in the way.
    pub async fn start(data_dir: &Path, search: &BinarySearch) -> Result<Self, PostgresError> {
        let layout = Layout::open(data_dir)?;
        let lock = layout.lock()?;
        Self::start_locked(&layout, lock, search).await
    }

    /// Whether there is a cluster in `data_dir`. Makes and changes nothing.
    ///
    /// # Errors
    ///
    /// The directory cannot be read, or what is there is no cluster.
    pub fn is_made(data_dir: &Path) -> Result<bool, PostgresError> {
        Ok(cluster::made_by(&Layout::cluster_in(data_dir))?.is_some())
    }

    /// For commands that work offline: attaches to the PostgreSQL of a running service, else starts it as
    /// [`start`](Self::start) does.
    ///
    /// # Errors
    ///
    /// Whatever was in the way.
    pub async fn attach_or_start(data_dir: &Path, search: &BinarySearch) -> Result<Self, PostgresError> {
        let layout = Layout::open(data_dir)?;
        match layout.lock() {
            Ok(lock) => Self::start_locked(&layout, lock, search).await,
            Err(PostgresError::InUse { .. }) => Self::attach(&layout).await,
            Err(error) => Err(error),
        }
    }

    async fn start_locked(layout: &Layout, lock: File, search: &BinarySearch) -> Result<Self, PostgresError> {
        let cluster = layout.cluster();
        let account = Account::choose(&cluster)?;
        account.can_enter(layout.data_dir())?;
        let made_by = cluster::made_by(&cluster)?;
        let binaries = search.find(made_by.map(|major| (major, cluster.as_path()))).await?;
        if made_by.is_none() {
            cluster::make(layout, &account, &binaries).await?;
        }
        let mut socket_directory = layout.socket_directory(&short_directory());
        prepare_socket_directory(&socket_directory, &account)?;
        cluster::configure(&cluster, &socket_directory, &account, &binaries).await?;
        let postmaster = run(layout, &account, &binaries, &mut socket_directory).await?;
        let started = Self {
            data_dir: layout.data_dir().to_path_buf(),
            socket_directory,
            owned: Some(Owned { postmaster, _lock: lock }),
        };
        started.make_role_and_database().await?;
        Ok(started)
    }

    /// Waits for the running service's PostgreSQL and its database, which may both be on their way.
    async fn attach(layout: &Layout) -> Result<Self, PostgresError> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            if let Found::Running(running) = process::find(&layout.cluster())
                && let Some(socket_directory) = running.socket_directory
                && is_ready(&socket_directory).await?
                && can_connect(&options(&socket_directory, SERVICE, SERVICE), BEING_MADE).await?
            {
                let data_dir = layout.data_dir().to_path_buf();
                return Ok(Self { data_dir, socket_directory, owned: None });
            }
            if Instant::now() > deadline {
                return Err(not_ready(layout));
            }
            sleep(TRY_AGAIN).await;
        }
    }

    /// How the service connects: as `quarterdeck`, who owns the database of that name and is no superuser.
    #[must_use]
    pub fn connect_options(&self) -> PgConnectOptions {
        options(&self.socket_directory, SERVICE, SERVICE)
    }

    /// How the superuser connects, to `database`: for tests that make databases, and for backups.
    #[must_use]
    pub fn superuser_options(&self, database: &str) -> PgConnectOptions {
        options(&self.socket_directory, SUPERUSER, database)
    }

    /// The data directory, absolute and free of links.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// What it says, beginning with its newest start or before.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.data_dir.join(layout::LOG)
    }

    /// The directory of its socket.
    #[must_use]
    pub fn socket_directory(&self) -> &Path {
        &self.socket_directory
    }

    /// Waits until it has ended although nobody here has stopped it. Never returns for one that was only
    /// attached to.
    pub async fn ended(&mut self) {
        match &mut self.owned {
            Some(owned) => owned.postmaster.ended().await,
            None => std::future::pending().await,
        }
    }

    /// Stops it, and waits until it has ended; one that was only attached to is left alone.
    ///
    /// # Errors
    ///
    /// [`PostgresError::DidNotStop`] if it still runs after 70 s.
    pub async fn stop(self) -> Result<(), PostgresError> {
        match self.owned {
            Some(Owned { postmaster, _lock }) => postmaster.stop().await,
            None => Ok(()),
        }
    }

    async fn make_role_and_database(&self) -> Result<(), PostgresError> {
        const DOING: &str = "make the service's role and database";
        let failed = || PostgresError::database(DOING);
        let mut superuser = self.superuser_options(SUPERUSER).connect().await.map_err(failed())?;
        let (role, database): (bool, bool) = sqlx::query_as(
            "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'quarterdeck'), \
                    EXISTS (SELECT FROM pg_database WHERE datname = 'quarterdeck')",
        )
        .fetch_one(&mut superuser)
        .await
        .map_err(failed())?;
        if !role {
            execute(&mut superuser, "CREATE ROLE quarterdeck LOGIN").await.map_err(failed())?;
        }
        if !database {
            execute(&mut superuser, "CREATE DATABASE quarterdeck OWNER quarterdeck")
                .await
                .map_err(failed())?;
        }
        superuser.close().await.map_err(failed())
    }
}

/// Adopts or starts a `postgres`, and waits until it takes connections. `socket_directory` becomes that of the
/// adopted one, if it was started with another.
async fn run(
    layout: &Layout,
    account: &Account,
    binaries: &Binaries,
    socket_directory: &mut PathBuf,
) -> Result<Postmaster, PostgresError> {
    let cluster = layout.cluster();
    let log_before = fs::metadata(layout.log()).map_or(0, |meta| meta.len());
    let deadline = Instant::now() + START_LIMIT;
    let mut postmaster: Option<Postmaster> = None;
    loop {
        match (&mut postmaster, process::find(&cluster)) {
            (Some(mine), found) => {
                if let Some(status) = mine.ended_already() {
                    let reason = process::last_complaint(&layout.log(), log_before);
                    let reason = reason.unwrap_or_else(|| format!("it ended with {status}"));
                    return Err(PostgresError::DidNotStart { reason, log: layout.log() });
                }
                if matches!(found, Found::Running(_)) && is_ready(socket_directory).await? {
                    return postmaster.ok_or_else(|| not_ready(layout));
                }
            }
            (None, Found::Running(running)) => {
                // It may also be on its way out, told to stop by a service that has gone since: then wait.
                let theirs = running.socket_directory.as_deref().unwrap_or(socket_directory);
                if is_ready(theirs).await? {
                    tracing::info!("Taking over the PostgreSQL that a killed service has left running");
                    let adopted = Postmaster::adopt(layout, &running);
                    *socket_directory = running.socket_directory.unwrap_or_else(|| socket_directory.clone());
                    return Ok(adopted);
                }
            }
            (None, Found::Stale | Found::Nothing) if process::has_orphans(&cluster) => {}
            (None, Found::Stale) => {
                let file = cluster.join("postmaster.pid");
                tracing::warn!("Removing {}, which names a process that is not PostgreSQL", file.display());
                fs::remove_file(&file).map_err(PostgresError::io(format!("remove {}", file.display())))?;
            }
            (None, Found::Nothing) => postmaster = Some(Postmaster::spawn(layout, account, binaries)?),
        }
        if Instant::now() > deadline {
            return Err(not_ready(layout));
        }
        sleep(TRY_AGAIN).await;
    }
}

fn not_ready(layout: &Layout) -> PostgresError {
    PostgresError::NotReady { seconds: START_LIMIT.as_secs(), log: layout.log() }
}

async fn is_ready(socket_directory: &Path) -> Result<bool, PostgresError> {
    let superuser = options(socket_directory, SUPERUSER, SUPERUSER);
    can_connect(&superuser, STARTING).await
}

/// Codes that pass by themselves: PostgreSQL is starting or stopping.
const STARTING: &[&str] = &["57P03"];

/// Codes that pass while another service starts: database or role are still to be made.
const BEING_MADE: &[&str] = &["57P03", "3D000", "28000"];

/// Whether a connection can be had now; an error if it will not be had later either. No socket yet, or nobody
/// behind it, passes by itself.
async fn can_connect(options: &PgConnectOptions, passing: &[&str]) -> Result<bool, PostgresError> {
    match options.connect().await {
        Ok(connection) => {
            connection.close().await.map_err(PostgresError::database("be asked whether it is ready"))?;
            Ok(true)
        }
        Err(sqlx::Error::Io(_)) => Ok(false),
        Err(sqlx::Error::Database(error)) if error.code().is_some_and(|code| passing.contains(&&*code)) => {
            Ok(false)
        }
        Err(error) => Err(PostgresError::database("be asked whether it is ready")(error)),
    }
}

async fn execute(connection: &mut PgConnection, statement: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(statement).execute(connection).await.map(|_| ())
}

/// Everything that the environment could say otherwise is said here.
fn options(socket_directory: &Path, user: &str, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(socket_directory)
        .port(5432)
        .ssl_mode(PgSslMode::Disable)
        .username(user)
        .database(database)
        .application_name("quarterdeck")
}

/// Where a socket's directory with a short name may be: the user's runtime directory, else `/tmp`.
fn short_directory() -> PathBuf {
    env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|directory| !geteuid().is_root() && directory.is_absolute() && directory.is_dir())
        .unwrap_or_else(|| PathBuf::from("/tmp"))
}
