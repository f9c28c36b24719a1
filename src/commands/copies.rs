//! `quarterdeck backup` and `quarterdeck restore`: the private database and the keyring, apart from each other.

use crate::clock::{Clock, SystemClock};
use crate::config;
use crate::crypto::Keyring;
use crate::database::Database;
use crate::ledger::anchor;
use crate::ledger::erasures::Erasures;
use crate::postgres::{BinarySearch, PrivatePostgres};
use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Backups of a database of one's own are made with its own tools.
const NOT_OURS: &str = "the database was given by --database-url: back it up and restore it with PostgreSQL's own tools \
                        (pg_dump, pg_basebackup and WAL archiving), and keep a copy of the keyring apart from it";

/// Writes a copy of the database to a file, and one of the keyring beside it. The service may run.
///
/// # Errors
/// It could not run, or one of the files is there already.
pub async fn backup(config: &config::Copies) -> Result<ExitCode, Box<dyn Error>> {
    if config.database.url().is_some() {
        return Err(NOT_OURS.into());
    }
    let database = Database::of_installation(&config.database, 1).await?;
    let copied = copy(config, &database).await;
    database.close().await?;
    let beside = copied?;
    println!("The database is in {}", config.file.display());
    println!("The keyring is in {}: keep it apart, whoever has both can read everything", beside.display());
    Ok(ExitCode::SUCCESS)
}

/// Writes both files, and says where the keyring's copy is.
async fn copy(config: &config::Copies, database: &Database) -> Result<PathBuf, Box<dyn Error>> {
    let Some(private) = database.private() else { return Err(NOT_OURS.into()) };
    let keyring = keyring(config, private.data_dir());
    let keys =
        fs::read(&keyring).map_err(|error| format!("could not read {}: {error}", keyring.display()))?;
    let beside = keyring_beside(&config.file);
    for path in [&config.file, &beside] {
        if path.exists() {
            return Err(format!("{} is there already: nothing is overwritten", path.display()).into());
        }
    }
    // Made before it is filled, so that nobody else can read it at any time.
    new_file(&config.file).map_err(|error| format!("could not write {}: {error}", config.file.display()))?;
    private.dump(&BinarySearch::of_this_machine(), &config.file).await?;
    new_file(&beside)
        .and_then(|mut file| file.write_all(&keys).and_then(|()| file.sync_all()))
        .map_err(|error| format!("could not write {}: {error}", beside.display()))?;
    Ok(beside)
}

/// Puts a backup in the place of what there is, and begins a new epoch. The service must not run.
///
/// # Errors
/// It could not run.
pub async fn restore(config: &config::Restore) -> Result<ExitCode, Box<dyn Error>> {
    let config::Restore { copies, replace } = config;
    if copies.database.url().is_some() {
        return Err(NOT_OURS.into());
    }
    if !copies.file.is_file() {
        return Err(format!("there is no file {}", copies.file.display()).into());
    }
    let data_dir = copies.database.data_dir()?;
    let search = BinarySearch::of_this_machine();
    let private = PrivatePostgres::start(&data_dir, &search).await?;
    let restored = load(copies, *replace, &private, &data_dir, &search).await;
    private.stop().await?;
    let Some(position) = restored? else { return Ok(ExitCode::FAILURE) };
    println!("Restored up to position {position}; the database before is kept as quarterdeck_replaced");
    println!("Check it with quarterdeck verify: what was signed after position {position} is lost");
    Ok(ExitCode::SUCCESS)
}

/// Restores over a private PostgreSQL that nobody else uses; `None` where what is there must not be replaced.
async fn load(
    copies: &config::Copies,
    replace: bool,
    private: &PrivatePostgres,
    data_dir: &Path,
    search: &BinarySearch,
) -> Result<Option<i64>, Box<dyn Error>> {
    let there = events(private).await?;
    if !replace && there > 0 {
        println!(
            "There is a ledger in {} already: give --replace to put the backup in its place",
            data_dir.display()
        );
        return Ok(None);
    }
    let keyring = keyring(copies, data_dir);
    let beside = keyring_beside(&copies.file);
    if !keyring.exists() {
        let keys = fs::read(&beside).map_err(|error| {
            format!("there is no keyring at {}, and none beside the backup: {error}", keyring.display())
        })?;
        new_file(&keyring).and_then(|mut file| file.write_all(&keys).and_then(|()| file.sync_all()))?;
    }
    Keyring::load(&keyring)?;
    if there > 0 {
        // It may know of erasures that a crash kept from the list outside.
        let pool = sqlx::PgPool::connect_with(private.connect_options()).await?;
        if let Err(error) = Erasures::new(pool.clone(), data_dir).catch_up().await {
            println!("The database that is replaced could not be asked who was erased: {error}");
        }
        pool.close().await;
    }
    private.load(search, &copies.file).await?;
    let pool = sqlx::PgPool::connect_with(private.connect_options()).await?;
    let restored = async {
        let position = anchor::begin_anew(&pool, data_dir, SystemClock.now()).await?;
        Erasures::new(pool.clone(), data_dir).apply().await?;
        Ok::<_, Box<dyn Error>>(Some(position))
    }
    .await;
    pool.close().await;
    restored
}

/// How far the ledger is that is there; 0 where there is none.
async fn events(private: &PrivatePostgres) -> Result<i64, sqlx::Error> {
    let pool = sqlx::PgPool::connect_with(private.connect_options()).await?;
    let there = async {
        let made: bool =
            sqlx::query_scalar("SELECT to_regclass('ledger_head') IS NOT NULL").fetch_one(&pool).await?;
        if made {
            sqlx::query_scalar("SELECT position FROM ledger_head").fetch_one(&pool).await
        } else {
            Ok(0)
        }
    }
    .await;
    pool.close().await;
    there
}

fn keyring(copies: &config::Copies, data_dir: &Path) -> PathBuf {
    copies.keyring.clone().unwrap_or_else(|| data_dir.join("keyring.json"))
}

fn keyring_beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".keyring.json");
    PathBuf::from(name)
}

/// A file that only its owner may read, which must not be there yet.
fn new_file(path: &Path) -> std::io::Result<fs::File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
