//! Rebuilding the read models, beside a plain `COPY … FROM` of the rows that come of it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sqlx::{Executor, PgConnection};
use tokio::time::sleep;

use crate::Failure;
use crate::cluster::{Cluster, SERVICE};
use crate::load::{self, Ask, Target, Until};
use crate::processes::resident_kib;
use crate::settings::Settings;
use crate::statistics::{as_f64, median};

/// The tables that are rebuilt.
const TABLES: [&str; 8] = [
    "documents",
    "document_versions",
    "claims",
    "object_references",
    "pool_limits",
    "pool_holdings",
    "scopes",
    "ledger_batches",
];

/// Connections that fill the ledger.
const FILLING: usize = 64;
/// How often the rebuilding process is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// What rebuilding came to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rebuilt {
    pub(crate) events: i64,
    pub(crate) rows: i64,
    /// Seconds of each `COPY` of all rows into equal tables with the same indexes.
    pub(crate) copy_seconds: Vec<f64>,
    /// Seconds of each `quarterdeck rebuild`, from its start to its end.
    pub(crate) seconds: Vec<f64>,
    /// The most memory that the rebuilding process held.
    pub(crate) peak_mib: f64,
}

impl Rebuilt {
    /// The rate over that of `COPY`.
    pub(crate) fn over_copy(&self) -> Option<f64> {
        Some(median(self.copy_seconds.iter().copied())? / median(self.seconds.iter().copied())?)
    }

    /// Events a second.
    pub(crate) fn rate(&self) -> Option<f64> {
        let events = as_f64(usize::try_from(self.events).ok()?);
        Some(events / median(self.seconds.iter().copied())?)
    }
}

/// Fills the ledger, and then copies and rebuilds in turn, beside the service.
///
/// # Errors
///
/// The service or the cluster refuses, or a rebuild ends with an error.
pub(crate) async fn measure(
    settings: &Settings,
    program: &Path,
    data_dir: &Path,
    target: &Target,
    cluster: &Cluster,
) -> Result<Rebuilt, Failure> {
    let mut db = cluster.superuser(SERVICE).await?;
    let there: i64 = sqlx::query_scalar("SELECT position FROM ledger_head").fetch_one(&mut db).await?;
    let missing = settings.rebuild_events.saturating_sub(usize::try_from(there)?);
    if missing > 0 {
        let ask = Ask::Create { body: settings.body, prefix: "r".to_owned() };
        load::run(target, ask, FILLING, Until::Count(missing)).await?;
    }
    let directory = cluster.data_directory(&mut db).await?;
    let rows = export(&mut db, &directory).await?;
    let (mut copy_seconds, mut seconds, mut peak_mib) = (vec![], vec![], 0.0_f64);
    for round in 0..settings.rounds {
        for turn in 0..2 {
            db.execute("CHECKPOINT").await?;
            if (round + turn) % 2 == 0 {
                copy_seconds.push(copy(&mut db, &directory).await?);
            } else {
                let (took, peak) = rebuild(program, data_dir).await?;
                seconds.push(took);
                peak_mib = peak_mib.max(peak);
            }
        }
    }
    db.execute("DROP SCHEMA copied CASCADE").await?;
    for table in TABLES {
        std::fs::remove_file(rows_of(&directory, table))?;
    }
    let events = sqlx::query_scalar("SELECT position FROM ledger_head").fetch_one(&mut db).await?;
    Ok(Rebuilt { events, rows, copy_seconds, seconds, peak_mib })
}

fn rows_of(directory: &Path, table: &str) -> std::path::PathBuf {
    directory.join(format!("{table}.rows"))
}

/// Writes all rows to files beside the database; says how many there are.
async fn export(db: &mut PgConnection, directory: &Path) -> Result<i64, Failure> {
    let mut rows = 0;
    for table in TABLES {
        let file = rows_of(directory, table);
        let export = format!("COPY {table} TO '{}' (FORMAT binary)", file.display());
        rows += i64::try_from(db.execute(export.as_str()).await?.rows_affected())?;
    }
    Ok(rows)
}

/// Reads all rows into empty tables that are made like the live ones.
async fn copy(db: &mut PgConnection, directory: &Path) -> Result<f64, Failure> {
    db.execute("DROP SCHEMA IF EXISTS copied CASCADE; CREATE SCHEMA copied").await?;
    for table in TABLES {
        let made = sqlx::query("SELECT make_generation('copied', $1), index_generation('copied', $1, false)");
        made.bind(table).execute(&mut *db).await?;
    }
    let started = Instant::now();
    for table in TABLES {
        let file = rows_of(directory, table);
        let copy = format!("COPY copied.{table} FROM '{}' (FORMAT binary)", file.display());
        db.execute(copy.as_str()).await?;
    }
    Ok(started.elapsed().as_secs_f64())
}

/// Runs the command: how many seconds it took, and the most memory it held.
async fn rebuild(program: &Path, data_dir: &Path) -> Result<(f64, f64), Failure> {
    let started = Instant::now();
    let mut process = Command::new(program)
        .arg("rebuild")
        .arg("--data-dir")
        .arg(data_dir)
        .env_remove("DATABASE_URL")
        .stdout(Stdio::null())
        .spawn()?;
    let mut most = 0;
    loop {
        most = most.max(resident_kib(process.id()).map_or(0, |(_, peak)| peak));
        if let Some(status) = Child::try_wait(&mut process)? {
            let seconds = started.elapsed().as_secs_f64();
            if !status.success() {
                return Err(format!("quarterdeck rebuild ended with {status}").into());
            }
            return Ok((seconds, f64::from(u32::try_from(most)?) / 1024.0));
        }
        sleep(LOOK_AGAIN).await;
    }
}
