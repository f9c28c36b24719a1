//! The private PostgreSQL, with real clusters in directories of their own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use quarterdeck::config;
use quarterdeck::database::Database;
use quarterdeck::postgres::{BinarySearch, PostgresError, PrivatePostgres, require_durable};
use sqlx::{ConnectOptions, PgConnection, PgPool};
use tempfile::TempDir;
use tokio::time::timeout;

fn here() -> BinarySearch {
    BinarySearch::of_this_machine()
}

async fn started(directory: &Path) -> PrivatePostgres {
    PrivatePostgres::start(directory, &here()).await.unwrap()
}

async fn connected(postgres: &PrivatePostgres) -> PgConnection {
    postgres.connect_options().connect().await.unwrap()
}

async fn text(connection: &mut PgConnection, query: &'static str) -> String {
    sqlx::query_scalar(query).fetch_one(connection).await.unwrap()
}

/// The process id in `postmaster.pid`; nothing when PostgreSQL has stopped in order, which removes the file.
fn postmaster(data_dir: &Path) -> Option<Pid> {
    let pid_file = fs::read_to_string(data_dir.join("postgres/postmaster.pid")).ok()?;
    Some(Pid::from_raw(pid_file.lines().next()?.parse().unwrap()))
}

fn mode(path: PathBuf) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

/// A real service in a process of its own; killed when dropped.
struct Service {
    process: Child,
    /// What it says after that it serves.
    said: Option<JoinHandle<Vec<String>>>,
}

impl Service {
    /// Starts it, and waits until it says that it serves.
    fn start(command: &mut Command, data_dir: &Path) -> Self {
        let mut process = command
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data_dir)
            .env_remove("DATABASE_URL")
            .env_remove("QUARTERDECK_DATABASE_URL")
            .env("QUARTERDECK_LOG", "info")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
        let serving = lines.by_ref().any(|line| line.contains("Serving at"));
        assert!(serving, "the service ended without serving");
        Self { process, said: Some(std::thread::spawn(move || lines.collect())) }
    }

    /// Stops it in order; hands out what it has said.
    fn stop(&mut self) -> Vec<String> {
        kill(self.pid(), Signal::SIGTERM).unwrap();
        assert!(self.process.wait().unwrap().success());
        self.said.take().unwrap().join().unwrap()
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.process.id().try_into().unwrap())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_quarterdeck"))
}

#[tokio::test]
async fn a_cluster_is_made_once_and_keeps_its_data() {
    let directory = TempDir::new().unwrap();
    let postgres = started(directory.path()).await;
    let mut connection = connected(&postgres).await;
    assert_eq!(
        text(&mut connection, "SELECT current_user || '@' || current_database()").await,
        "quarterdeck@quarterdeck"
    );
    assert_eq!(text(&mut connection, "SHOW is_superuser").await, "off");
    assert_eq!(text(&mut connection, "SHOW data_checksums").await, "on");
    assert_eq!(text(&mut connection, "SHOW listen_addresses").await, "");
    assert_eq!(text(&mut connection, "SHOW server_encoding").await, "UTF8");
    assert_eq!(text(&mut connection, "SELECT lower('ÄÖ') || ('b' < 'a')::text").await, "äöfalse");
    sqlx::query("CREATE TABLE kept AS SELECT 'kept' AS what").execute(&mut connection).await.unwrap();

    assert_eq!(mode(directory.path().join("postgres")), 0o700);
    assert_eq!(mode(postgres.socket_directory().to_path_buf()), 0o700);
    assert_eq!(mode(directory.path().join("postgres.log")), 0o600);
    drop(connection);
    postgres.stop().await.unwrap();
    assert_eq!(postmaster(directory.path()), None);

    let postgres = started(directory.path()).await;
    assert_eq!(text(&mut connected(&postgres).await, "SELECT what FROM kept").await, "kept");
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_database_that_may_forget_is_refused_unless_allowed() {
    let directory = TempDir::new().unwrap();
    let postgres = started(directory.path()).await;
    let pool = PgPool::connect_with(postgres.connect_options()).await.unwrap();
    require_durable(&pool, false).await.unwrap();
    sqlx::query("ALTER ROLE quarterdeck SET synchronous_commit = off").execute(&pool).await.unwrap();
    pool.close().await;

    let pool = PgPool::connect_with(postgres.connect_options()).await.unwrap();
    let refused = require_durable(&pool, false).await.unwrap_err().to_string();
    assert!(refused.contains("synchronous_commit=off") && !refused.contains("fsync"), "{refused}");
    require_durable(&pool, true).await.unwrap();
    pool.close().await;
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn what_a_killed_service_leaves_running_is_taken_over_and_stopped() {
    let directory = TempDir::new().unwrap();
    let service = Service::start(&mut program(), directory.path());
    let left_over = postmaster(directory.path()).unwrap();
    drop(service);
    kill(left_over, None).unwrap();

    let postgres = started(directory.path()).await;
    assert_eq!(postmaster(directory.path()), Some(left_over));
    assert_eq!(text(&mut connected(&postgres).await, "SELECT 'here'").await, "here");
    postgres.stop().await.unwrap();
    assert_eq!(postmaster(directory.path()), None);
}

#[tokio::test]
async fn a_second_service_is_refused_and_a_command_attaches() {
    let directory = TempDir::new().unwrap();
    let mut service = Service::start(&mut program(), directory.path());

    let refused = PrivatePostgres::start(directory.path(), &here()).await.unwrap_err();
    assert!(matches!(refused, PostgresError::InUse { .. }), "{refused:?}");
    let message = refused.to_string();
    assert!(message.contains(&format!("process {}", service.pid())), "{message}");

    let attached = PrivatePostgres::attach_or_start(directory.path(), &here()).await.unwrap();
    assert_eq!(text(&mut connected(&attached).await, "SELECT 'here'").await, "here");
    attached.stop().await.unwrap();
    assert!(postmaster(directory.path()).is_some(), "a command stopped the service's PostgreSQL");

    let said = service.stop();
    assert_eq!(postmaster(directory.path()), None);
    assert!(said.iter().all(|line| line.contains(r#""level":"INFO""#)), "{said:#?}");

    let alone = PrivatePostgres::attach_or_start(directory.path(), &here()).await.unwrap();
    assert_eq!(text(&mut connected(&alone).await, "SELECT 'here'").await, "here");
    alone.stop().await.unwrap();
    assert_eq!(postmaster(directory.path()), None);
}

#[tokio::test]
async fn closing_waits_for_connections_in_use() {
    let directory = TempDir::new().unwrap();
    let config = config::Database {
        database_url: None,
        data_dir: Some(directory.path().to_path_buf()),
        allow_unsafe_durability: false,
    };
    let database = Database::for_command(&config, 4).await.unwrap();
    // Three are idle: the pool would take them for the one that is not.
    let mut open = Vec::new();
    while open.len() < 4 {
        open.push(database.pool.acquire().await.unwrap());
    }
    let mut in_use = open.pop().unwrap();
    drop(open);
    while database.pool.num_idle() < 3 {
        tokio::task::yield_now().await;
    }

    let work = tokio::spawn(async move {
        sqlx::query_scalar("SELECT count(*) FROM generate_series(1, 1000000)").fetch_one(&mut *in_use).await
    });
    database.close().await.unwrap();
    assert!(work.is_finished(), "PostgreSQL was stopped under a statement");
    let counted: i64 = work.await.unwrap().unwrap();
    assert_eq!(counted, 1_000_000);
}

#[tokio::test]
async fn a_postgres_that_is_killed_is_noticed_and_recovers() {
    let directory = TempDir::new().unwrap();
    let mut postgres = started(directory.path()).await;
    let mut connection = connected(&postgres).await;
    sqlx::query("CREATE TABLE kept AS SELECT 'kept' AS what").execute(&mut connection).await.unwrap();
    kill(postmaster(directory.path()).unwrap(), Signal::SIGKILL).unwrap();
    timeout(Duration::from_secs(10), postgres.ended()).await.unwrap();
    drop(postgres);

    let postgres = started(directory.path()).await;
    assert_eq!(text(&mut connected(&postgres).await, "SELECT what FROM kept").await, "kept");
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn leftovers_of_earlier_starts_are_no_obstacle() {
    let directory = TempDir::new().unwrap();
    let unfinished = directory.path().join("postgres.unfinished");
    fs::create_dir(&unfinished).unwrap();
    fs::write(unfinished.join("PG_VERSION"), "15\n").unwrap();
    started(directory.path()).await.stop().await.unwrap();
    assert!(!unfinished.exists());

    // One names this test, which is alive and no PostgreSQL; the other a process that has ended.
    let mut ended = Command::new("true").spawn().unwrap();
    ended.wait().unwrap();
    for pid in [std::process::id(), ended.id()] {
        let cluster = directory.path().join("postgres");
        let pid_file = cluster.join("postmaster.pid");
        fs::write(&pid_file, format!("{pid}\n{}\n1\n5432\n\n\n", cluster.display())).unwrap();
        let owner = fs::metadata(&cluster).unwrap();
        chown(&pid_file, Some(owner.uid()), Some(owner.gid())).unwrap();
        started(directory.path()).await.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_directory_with_something_else_in_it_is_left_alone() {
    let directory = TempDir::new().unwrap();
    let photo = directory.path().join("postgres/holiday.jpg");
    fs::create_dir(photo.parent().unwrap()).unwrap();
    fs::write(&photo, "a picture").unwrap();
    let refused = PrivatePostgres::start(directory.path(), &here()).await.unwrap_err();
    assert!(matches!(refused, PostgresError::NotACluster(_)), "{refused:?}");
    assert_eq!(fs::read_to_string(photo).unwrap(), "a picture");
}

#[tokio::test]
async fn without_binaries_it_says_in_one_line_what_to_install() {
    let directory = TempDir::new().unwrap();
    let nowhere = BinarySearch { path: "/nonexistent".into(), installations: "/nonexistent".into() };
    let missing = PrivatePostgres::start(directory.path(), &nowhere).await.unwrap_err();
    assert_eq!(missing.to_string(), "PostgreSQL is not installed: apt-get install postgresql");
}

#[tokio::test]
async fn a_long_path_puts_the_socket_elsewhere() {
    let directory = TempDir::new().unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
    let deep = directory.path().join("x".repeat(100));
    let postgres = started(&deep).await;
    assert!(!postgres.socket_directory().starts_with(&deep));
    assert_eq!(mode(postgres.socket_directory().to_path_buf()), 0o700);
    let socket_directory = postgres.socket_directory().to_path_buf();
    assert_eq!(text(&mut connected(&postgres).await, "SELECT 'here'").await, "here");
    postgres.stop().await.unwrap();
    fs::remove_dir(socket_directory).unwrap();
}

/// As an ordinary user everything else here runs without root, and this has nothing to add.
#[test]
fn an_ordinary_user_runs_it_as_itself() {
    if !geteuid().is_root() {
        return;
    }
    let nobody = User::from_name("nobody").unwrap().unwrap();
    let directory = TempDir::new().unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
    // The build's own directory may be closed to others.
    let program = directory.path().join("quarterdeck");
    fs::copy(env!("CARGO_BIN_EXE_quarterdeck"), &program).unwrap();
    let home = directory.path().join("home");
    fs::create_dir(&home).unwrap();
    chown(&home, Some(nobody.uid.as_raw()), Some(nobody.gid.as_raw())).unwrap();

    let data_dir = home.join(".local/share/quarterdeck");
    let mut command = Command::new(program);
    command.uid(nobody.uid.as_raw()).gid(nobody.gid.as_raw()).current_dir("/").env("HOME", &home);
    let mut service = Service::start(&mut command, &data_dir);
    assert_eq!(fs::metadata(data_dir.join("postgres")).unwrap().uid(), nobody.uid.as_raw());
    assert_eq!(mode(data_dir.clone()), 0o700);
    kill(service.pid(), Signal::SIGTERM).unwrap();
    assert!(service.process.wait().unwrap().success());
    assert_eq!(postmaster(&data_dir), None);
}
