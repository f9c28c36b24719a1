//! The database a command works on: the one that was given, or the private one.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgPool};
use tokio::time::timeout;

use crate::config::{self, NoDataDir};
use crate::postgres::{BinarySearch, PostgresError, PrivatePostgres, require_durable};

/// All migrations, in order; embedded when the program is built.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// Every statement of the service is a look-up by a full key or an index range. A plan made while tables are empty would
/// scan them, and be kept while they grow; so scans and the joins that need them are off, but for commands that read
/// everything and say so. Each statement is planned once a connection: left alone, PostgreSQL plans a page anew each time,
/// which takes longer than the page. What the costs of such plans come to would start the compiler for each (`jit`), or
/// processes to share the work with, for each page anew.
pub const LOOK_UPS_ONLY: [(&str, &str); 6] = [
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("plan_cache_mode", "force_generic_plan"),
    ("jit", "off"),
    ("max_parallel_workers_per_gather", "0"),
];

/// How long a connection may be waited for before the request that needs it is refused.
const ACQUIRE_LIMIT: Duration = Duration::from_secs(5);

/// How long connections may take to be given back when the database is closed.
const GIVEN_BACK_LIMIT: Duration = Duration::from_secs(10);
/// How often those that are still being given back are looked after.
const GIVEN_BACK_EVERY: Duration = Duration::from_millis(1);

/// Why a database could not be opened or brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// There is nowhere to put a private one.
    #[error(transparent)]
    NoDataDir(#[from] NoDataDir),
    /// The private PostgreSQL could not be had, or the server is not durable.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// `--database-url` could not be understood. The URL is not repeated: it holds a password.
    #[error("--database-url is not a PostgreSQL URL, such as postgres://user:password@host/database")]
    Url,
    /// The server did not answer.
    #[error("could not reach the database")]
    Unreachable(#[source] sqlx::Error),
    /// There is nothing in the data directory to work on.
    #[error("there is no installation in {}: start the service there first, or give another --data-dir", _0.display())]
    NoInstallation(PathBuf),
    /// There is nothing in the database that was given to work on.
    #[error(
        "there is no installation in this database: start the service with it first, or give another --database-url"
    )]
    EmptyDatabase,
    /// A statement failed.
    #[error("the database could not say whether there is an installation in it")]
    Unknown(#[source] sqlx::Error),
    /// A migration failed.
    #[error("could not bring the database up to date")]
    Migrate(#[source] MigrateError),
}

/// What whoever runs the program is told of statements.
#[derive(Clone, Copy)]
enum Told {
    /// Those that take a second: a look-up does not.
    OfSlowStatements,
    /// A command that reads everything says itself how far it is.
    Nothing,
}

/// An open database. Call [`close`](Self::close) at the end.
#[derive(Debug)]
pub struct Database {
    /// Connections to it.
    pub pool: PgPool,
    private: Option<PrivatePostgres>,
}

impl Database {
    /// Opens the database for the service, which owns the data directory as long as it runs.
    ///
    /// # Errors
    ///
    /// Whatever was in the way, a server that is not durable included.
    pub async fn for_service(config: &config::Database, connections: u32) -> Result<Self, DatabaseError> {
        if config.url().is_some() {
            return Self::open(config, None, connections, Told::OfSlowStatements).await;
        }
        let search = BinarySearch::of_this_machine();
        let private = PrivatePostgres::start(&config.data_dir()?, &search).await?;
        Self::open(config, Some(private), connections, Told::OfSlowStatements).await
    }

    /// Opens the database of an installation, for a command that works on what is there, beside the service or without
    /// it. Where there is no installation, none is made.
    ///
    /// # Errors
    ///
    /// [`DatabaseError::NoInstallation`], [`DatabaseError::EmptyDatabase`], or whatever else was in the way.
    pub async fn of_installation(config: &config::Database, connections: u32) -> Result<Self, DatabaseError> {
        if config.url().is_none() {
            let data_dir = config.data_dir()?;
            if !PrivatePostgres::is_made(&data_dir)? {
                return Err(DatabaseError::NoInstallation(data_dir));
            }
        }
        let database = Self::for_command(config, connections).await?;
        let is_there = sqlx::query_scalar("SELECT to_regclass('ledger_head') IS NOT NULL");
        match is_there.fetch_one(&database.pool).await {
            Ok(true) => Ok(database),
            Ok(false) => {
                let nothing = database.nothing_there();
                database.close().await?;
                Err(nothing)
            }
            Err(error) => {
                database.close().await?;
                Err(DatabaseError::Unknown(error))
            }
        }
    }

    /// Refuses where the service was never started with this database, although it has tables.
    ///
    /// # Errors
    ///
    /// As [`of_installation`](Self::of_installation).
    pub async fn require_first_start(&self) -> Result<(), DatabaseError> {
        let has_begun = sqlx::query_scalar("SELECT position > 0 FROM ledger_head").fetch_one(&self.pool);
        if has_begun.await.map_err(DatabaseError::Unknown)? { Ok(()) } else { Err(self.nothing_there()) }
    }

    fn nothing_there(&self) -> DatabaseError {
        match &self.private {
            Some(private) => DatabaseError::NoInstallation(private.data_dir().to_path_buf()),
            None => DatabaseError::EmptyDatabase,
        }
    }

    /// Opens the database for a command that makes what is missing, beside the service or without it.
    ///
    /// # Errors
    ///
    /// As [`for_service`](Self::for_service).
    pub async fn for_command(config: &config::Database, connections: u32) -> Result<Self, DatabaseError> {
        if config.url().is_some() {
            return Self::open(config, None, connections, Told::Nothing).await;
        }
        let search = BinarySearch::of_this_machine();
        let private = PrivatePostgres::attach_or_start(&config.data_dir()?, &search).await?;
        Self::open(config, Some(private), connections, Told::Nothing).await
    }

    async fn open(
        config: &config::Database,
        private: Option<PrivatePostgres>,
        connections: u32,
        told: Told,
    ) -> Result<Self, DatabaseError> {
        match connect(config, private.as_ref(), connections, told).await {
            Ok(pool) => Ok(Self { pool, private }),
            Err(error) => {
                if let Some(private) = private {
                    private.stop().await?;
                }
                Err(error)
            }
        }
    }

    /// Runs the migrations that this database has not seen, one process at a time.
    ///
    /// # Errors
    ///
    /// [`DatabaseError::Migrate`], also when the database has seen a migration that this program does not have.
    pub async fn migrate(&self) -> Result<(), DatabaseError> {
        MIGRATIONS.run(&self.pool).await.map_err(DatabaseError::Migrate)
    }

    /// The private PostgreSQL; nothing if the database was given.
    #[must_use]
    pub fn private(&self) -> Option<&PrivatePostgres> {
        self.private.as_ref()
    }

    /// Waits until the private PostgreSQL has ended by itself; for ever where there is none.
    pub async fn ended(&mut self) {
        match &mut self.private {
            Some(private) => private.ended().await,
            None => std::future::pending().await,
        }
    }

    /// Closes the connections and stops the private PostgreSQL, if this process is responsible for it.
    ///
    /// # Errors
    ///
    /// [`DatabaseError::Postgres`] if it does not stop.
    pub async fn close(self) -> Result<(), DatabaseError> {
        // Whoever still holds one after that is told by PostgreSQL.
        timeout(GIVEN_BACK_LIMIT, close_all(&self.pool)).await.ok();
        if let Some(private) = self.private {
            private.stop().await?;
        }
        Ok(())
    }
}

/// Closes all connections of a pool. The pool's own word that they are closed counts those that were idle twice, and
/// leaves as many open that are only just being given back (launchbadge/sqlx#3217, mended in 0.9).
async fn close_all(pool: &PgPool) {
    pool.close().await;
    while pool.size() > 0 {
        tokio::time::sleep(GIVEN_BACK_EVERY).await;
        pool.close().await;
    }
}

async fn connect(
    config: &config::Database,
    private: Option<&PrivatePostgres>,
    connections: u32,
    told: Told,
) -> Result<PgPool, DatabaseError> {
    let options = match (private, config.url()) {
        (Some(private), _) => private.connect_options(),
        (None, url) => PgConnectOptions::from_str(&url.unwrap_or_default())
            .map_err(|_| DatabaseError::Url)?
            .application_name("quarterdeck"),
    };
    let options = options.options(LOOK_UPS_ONLY);
    let options = match told {
        Told::OfSlowStatements => options,
        Told::Nothing => options.disable_statement_logging(),
    };
    // A pool tries again until its time is up, and then does not say why.
    let probe = options.connect().await.map_err(DatabaseError::Unreachable)?;
    probe.close().await.map_err(DatabaseError::Unreachable)?;
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_LIMIT)
        // A ping for each look-up would double the round trips; a connection that broke fails one look-up instead.
        .test_before_acquire(false)
        .connect_with(options)
        .await
        .map_err(DatabaseError::Unreachable)?;
    require_durable(&pool, config.allow_unsafe_durability).await?;
    Ok(pool)
}
