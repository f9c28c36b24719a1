//! One PostgreSQL for all test processes of this account: started by whoever needs it first, left running for the
//! next, and stopped by a watchdog when nobody has used it for half a minute.
//!
//! It runs with `fsync` and what goes with it off: what tests crash is the service, never the database's machine.

use quarterdeck::database::MIGRATIONS;
use quarterdeck::postgres::{BinarySearch, PrivatePostgres};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};
use std::error::Error;
use std::fmt::Write;
use std::fs::{self, File, OpenOptions};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tokio::sync::OnceCell;

/// What every test's database begins with, so that databases whose process has gone are known.
pub(crate) const PREFIX: &str = "test_";

/// As many connections as parallel tests may need, and nothing that only outlives a power failure.
const SETTINGS: [(&str, &str); 4] =
    [("max_connections", "400"), ("fsync", "off"), ("full_page_writes", "off"), ("wal_compression", "off")];

/// A server that takes connections, and a database with everything migrated to copy from.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) superuser: PgConnectOptions,
    pub(crate) service: PgConnectOptions,
    pub(crate) template: String,
    /// Held as long as this process lives: the watchdog waits for it.
    _users: File,
}

static SERVER: OnceCell<Server> = OnceCell::const_new();

impl Server {
    /// The server of this process.
    pub(crate) async fn get() -> Result<&'static Self, Box<dyn Error + Send + Sync>> {
        SERVER.get_or_try_init(Self::start).await
    }

    async fn start() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let directory = directory();
        let search = BinarySearch::of_this_machine();
        fs::create_dir_all(&directory)?;
        let users = open(&directory.join("users.lock"))?;
        users.lock_shared()?;
        let alone = open(&directory.join("setup.lock"))?;
        alone.lock()?;

        let mut postgres = PrivatePostgres::attach_or_start(&directory, &search).await?;
        if !is_set_up(&postgres).await? {
            // While another process is responsible for it, it goes on as it is until its next start.
            postgres.stop().await?;
            postgres = PrivatePostgres::attach_or_start(&directory, &search).await?;
        }
        watch(&directory)?;
        let server = Self {
            superuser: postgres.superuser_options("postgres"),
            service: postgres.connect_options(),
            template: template_name(),
            _users: users,
        };
        // Left to run when this process ends; the next one takes it over.
        std::mem::forget(postgres);
        let mut superuser = server.superuser.connect().await?;
        server.sweep(&mut superuser).await?;
        server.make_template(&mut superuser).await?;
        superuser.close().await?;
        Ok(server)
    }

    /// Drops databases whose process has gone.
    async fn sweep(&self, superuser: &mut PgConnection) -> Result<(), sqlx::Error> {
        let names: Vec<String> =
            sqlx::query_scalar("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'")
                .fetch_all(&mut *superuser)
                .await?;
        for name in names {
            let pid = name.trim_start_matches(PREFIX).split('_').next().unwrap_or_default();
            if !Path::new("/proc").join(pid).exists() {
                drop_database(superuser, &name).await?;
            }
        }
        Ok(())
    }

    async fn make_template(&self, superuser: &mut PgConnection) -> Result<(), Box<dyn Error + Send + Sync>> {
        let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(&self.template)
            .fetch_one(&mut *superuser)
            .await?;
        if there {
            return Ok(());
        }
        drop_database(superuser, "unfinished").await?;
        sqlx::raw_sql("CREATE DATABASE unfinished OWNER quarterdeck").execute(&mut *superuser).await?;
        let pool = PgPool::connect_with(self.service.clone().database("unfinished")).await?;
        MIGRATIONS.run(&pool).await?;
        pool.close().await;
        let rename = format!("ALTER DATABASE unfinished RENAME TO {}", self.template);
        sqlx::raw_sql(&rename).execute(superuser).await?;
        Ok(())
    }
}

/// Drops a database with everything that is connected to it.
pub(crate) async fn drop_database(superuser: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).execute(superuser).await?;
    Ok(())
}

fn directory() -> PathBuf {
    // Not below a home, which PostgreSQL's account cannot enter when the tests run as root.
    std::env::temp_dir().join(format!("quarterdeck-tests-{}", nix::unistd::geteuid()))
}

fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).open(path)
}

/// Sets it up for tests where that is not done yet; says whether it runs with these settings.
async fn is_set_up(postgres: &PrivatePostgres) -> Result<bool, sqlx::Error> {
    let mut superuser = postgres.superuser_options("postgres").connect().await?;
    let mut is_set_up = true;
    for (name, value) in SETTINGS {
        let is = sqlx::query_scalar("SELECT current_setting($1)").bind(name);
        let is: String = is.fetch_one(&mut superuser).await?;
        is_set_up &= is == value;
    }
    if !is_set_up {
        for (name, value) in SETTINGS {
            let set = format!("ALTER SYSTEM SET {name} = {value}");
            sqlx::raw_sql(&set).execute(&mut superuser).await?;
        }
    }
    superuser.close().await?;
    Ok(is_set_up)
}

/// One that runs already sends a second one home.
fn watch(directory: &Path) -> std::io::Result<()> {
    Command::new("sh")
        .args(["-c", include_str!("watchdog.sh"), "watchdog"])
        .arg(directory)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map(drop)
}

/// Named after what the migrations say, so that one that changes makes another template.
fn template_name() -> String {
    let mut all = vec![];
    for migration in MIGRATIONS.iter() {
        all.extend_from_slice(&migration.version.to_le_bytes());
        all.extend_from_slice(&migration.checksum);
    }
    let mut name = String::from("template_");
    for byte in &quarterdeck::crypto::sha256(&all)[..8] {
        // Writing to a string cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}
