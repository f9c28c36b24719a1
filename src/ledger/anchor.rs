//! The anchor: what this process last knew of the ledger, in a file outside the database, so that a database that went
//! back is noticed and gets a new epoch. Cursors and page tokens of the old one are refused then, and checkpoints begin a
//! log of their own.
//!
//! A ledger goes on in the same epoch when everything the anchor knows is still in it. It gets a new one
//!
//! * when it ends before the anchor, or has another leaf at its position: it was restored to an earlier time;
//! * when the server's system identifier or timeline changed, and the anchor was not written at an orderly end: it was
//!   restored or failed over, and nobody can tell whether something was lost after the anchor was last written.

use super::proofs::{Shelf, ShelfError};
use super::reader;
use crate::background::Background;
use crate::crypto::hex;
use serde::{Deserialize, Serialize};
use sqlx::{Connection, PgConnection, PgPool, Row};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use values::Timestamp;

/// How often the anchor is written while the ledger grows.
const EVERY: Duration = Duration::from_secs(1);

/// PostgreSQL's code for what the service may not do.
const INSUFFICIENT_PRIVILEGE: &str = "42501";

/// Why the anchor cannot be kept or judged by.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// The file cannot be read or written.
    #[error("cannot {doing} the anchor {}", path.display())]
    File {
        /// What was attempted: a verb.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The leaves that are kept outside the database cannot be read.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// The database could not answer.
    #[error("the database could not be held against the anchor")]
    Database(#[from] sqlx::Error),
}

/// What was known of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Anchor {
    /// Which life of the ledger.
    pub epoch: i64,
    /// Its last position.
    pub position: i64,
    /// The leaf there, in hexadecimal; empty before the first event.
    pub leaf: String,
    /// Which cluster of PostgreSQL.
    pub system_identifier: i64,
    /// Which timeline of it.
    pub timeline: i32,
    /// Whether it was written when the process ended in order: nothing came after it here.
    pub is_final: bool,
}

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// The ledger goes on, or is new here.
    GoesOn,
    /// It had been restored, and a new epoch has begun.
    BeganAnew {
        /// The new epoch.
        epoch: i64,
        /// The last position that it has in common with the one before.
        after: i64,
    },
}

/// The files of one process that a check needs.
#[derive(Clone, Debug)]
pub struct Keeper {
    pool: PgPool,
    path: PathBuf,
    shelf: Shelf,
}

impl Keeper {
    /// Of the files in this data directory.
    #[must_use]
    pub fn new(pool: PgPool, data_dir: &Path) -> Self {
        Self { pool, path: data_dir.join("anchor"), shelf: Shelf::new(data_dir.join("checkpoints")) }
    }

    /// Holds the database against the anchor, begins a new epoch where it went back, and writes the anchor anew.
    ///
    /// # Errors
    /// See [`AnchorError`].
    pub async fn check(&self, now: Timestamp) -> Result<Life, AnchorError> {
        let mut connection = self.pool.acquire().await?;
        let anchor = self.read()?;
        let current = current(&mut connection).await?;
        let life = match &anchor {
            Some(anchor) if !goes_on(&mut connection, anchor, &current).await? => {
                let after = self.common(&mut connection, anchor, &current).await?;
                begin(&mut connection, anchor, &current, after, now).await?
            }
            Some(_) | None => Life::GoesOn,
        };
        if let Life::BeganAnew { epoch, after } = life {
            tracing::warn!(
                epoch,
                "The database was restored: what it has after position {after} is another history"
            );
        }
        self.write(&self::current(&mut connection).await?)?;
        Ok(life)
    }

    /// Writes the anchor as the ledger grows, until it is stopped.
    pub fn start(self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Background {
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let work = async move {
            while stopped.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
                if let Err(error) = self.keep(now()).await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "Could not write the anchor");
                }
            }
            if let Err(error) = self.end(now()).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "Could not write the last anchor");
            }
        };
        Background::start("Keeping the anchor", stop, work)
    }

    async fn keep(&self, now: Timestamp) -> Result<(), AnchorError> {
        let current = current(&mut *self.pool.acquire().await?).await?;
        match self.read()? {
            Some(anchor) if anchor == current => Ok(()),
            // The same server, further on.
            Some(anchor)
                if anchor.position <= current.position
                    && (anchor.epoch, anchor.system_identifier, anchor.timeline)
                        == (current.epoch, current.system_identifier, current.timeline) =>
            {
                self.write(&current)
            }
            Some(_) | None => self.check(now).await.map(|_| ()),
        }
    }

    /// Writes it for the last time, in an orderly end.
    ///
    /// # Errors
    /// See [`AnchorError`].
    pub async fn end(&self, now: Timestamp) -> Result<(), AnchorError> {
        self.keep(now).await?;
        let current = current(&mut *self.pool.acquire().await?).await?;
        self.write(&Anchor { is_final: true, ..current })
    }

    fn read(&self) -> Result<Option<Anchor>, AnchorError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("read")(error)),
        };
        serde_json::from_str(&text).map(Some).map_err(|error| self.failed("read")(error.into()))
    }

    /// Writes it whole or not at all.
    fn write(&self, anchor: &Anchor) -> Result<(), AnchorError> {
        let beside = self.path.with_extension("new");
        let write = || {
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
            serde_json::to_writer(&mut file, anchor)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            fs::rename(&beside, &self.path)?;
            let directory = self.path.parent().unwrap_or(Path::new("."));
            File::open(directory)?.sync_all()
        };
        write().map_err(self.failed("write"))
    }

    fn failed(&self, doing: &'static str) -> impl FnOnce(io::Error) -> AnchorError + use<> {
        let path = self.path.clone();
        move |source| AnchorError::File { doing, path, source }
    }

    /// The last position up to which the database has what this process knew: by the anchor alone, or by the leaves that
    /// are kept outside.
    async fn common(
        &self,
        db: &mut PgConnection,
        anchor: &Anchor,
        current: &Anchor,
    ) -> Result<i64, AnchorError> {
        if leaf_at(db, anchor.position).await? == anchor.leaf {
            return Ok(anchor.position);
        }
        let Some(leaves) = self.shelf.leaves(anchor.epoch)?.filter(|leaves| leaves.first == 1) else {
            // It is behind: what it has, it has. Or it is another one altogether.
            return Ok(if current.position < anchor.position { current.position } else { 0 });
        };
        let kept = i64::try_from(leaves.end()).unwrap_or(i64::MAX) - 1;
        let (mut same, mut end) = (0, current.position.min(anchor.position).min(kept) + 1);
        while same + 1 < end {
            let middle = same + (end - same) / 2;
            let leaf = leaves.at(middle.unsigned_abs()).map_err(self.failed("compare"))?;
            if leaf_at(db, middle).await? == hex(&leaf) {
                same = middle;
            } else {
                end = middle;
            }
        }
        // What was not kept outside yet, and is behind the anchor.
        let all_kept_is_same = same == kept && current.position > kept && current.position < anchor.position;
        Ok(if all_kept_is_same { current.position } else { same })
    }
}

/// Begins a new epoch after a restore: what came after what was restored is lost, whether this machine knew of it or not.
/// Returns the last position that there is.
///
/// # Errors
/// See [`AnchorError`].
pub async fn begin_anew(pool: &PgPool, data_dir: &Path, now: Timestamp) -> Result<i64, AnchorError> {
    let keeper = Keeper::new(pool.clone(), data_dir);
    let mut connection = pool.acquire().await?;
    let restored = current(&mut connection).await?;
    let anchor = keeper.read()?.unwrap_or_else(|| restored.clone());
    begin(&mut connection, &anchor, &restored, restored.position, now).await?;
    keeper.write(&current(&mut connection).await?)?;
    Ok(restored.position)
}

/// What the database says now.
async fn current(db: &mut PgConnection) -> Result<Anchor, sqlx::Error> {
    let row = sqlx::query(
        "SELECT h.epoch, h.position, e.leaf FROM ledger_head h LEFT JOIN events e ON e.position = h.position",
    )
    .fetch_one(&mut *db)
    .await?;
    let leaf: Option<Vec<u8>> = row.try_get("leaf")?;
    let (system_identifier, timeline) = server(db).await?;
    Ok(Anchor {
        epoch: row.try_get("epoch")?,
        position: row.try_get("position")?,
        leaf: leaf.map(|leaf| hex(&leaf)).unwrap_or_default(),
        system_identifier,
        timeline,
        is_final: false,
    })
}

/// Which cluster and timeline it is; zeros where the service may not ask, as with some providers.
async fn server(db: &mut PgConnection) -> Result<(i64, i32), sqlx::Error> {
    let asked = sqlx::query_as(
        "SELECT s.system_identifier, c.timeline_id FROM pg_control_system() s CROSS JOIN pg_control_checkpoint() c",
    );
    match asked.fetch_one(db).await {
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(INSUFFICIENT_PRIVILEGE) => {
            Ok((0, 0))
        }
        known => known,
    }
}

/// The leaf at a position, in hexadecimal; nothing where there is none.
async fn leaf_at(db: &mut PgConnection, position: i64) -> Result<String, sqlx::Error> {
    let leaf: Option<Vec<u8>> = sqlx::query_scalar("SELECT leaf FROM events WHERE position = $1")
        .bind(position)
        .fetch_optional(db)
        .await?;
    Ok(leaf.map(|leaf| hex(&leaf)).unwrap_or_default())
}

/// Whether everything that the anchor knows is still there.
async fn goes_on(db: &mut PgConnection, anchor: &Anchor, current: &Anchor) -> Result<bool, sqlx::Error> {
    // Another process has noticed already.
    if current.epoch > anchor.epoch {
        return Ok(true);
    }
    let same_server =
        (anchor.system_identifier, anchor.timeline) == (current.system_identifier, current.timeline);
    Ok(current.epoch == anchor.epoch
        && current.position >= anchor.position
        && leaf_at(db, anchor.position).await? == anchor.leaf
        && (same_server || anchor.is_final))
}

/// Begins a new epoch, unless another process has done so since.
async fn begin(
    db: &mut PgConnection,
    anchor: &Anchor,
    current: &Anchor,
    after: i64,
    now: Timestamp,
) -> Result<Life, sqlx::Error> {
    let mut transaction = db.begin().await?;
    sqlx::query("SELECT position FROM ledger_head FOR UPDATE").execute(&mut *transaction).await?;
    if reader::epoch(&mut *transaction).await? != current.epoch {
        return Ok(Life::GoesOn);
    }
    let epoch = current.epoch.max(anchor.epoch) + 1;
    sqlx::query("UPDATE ledger_head SET epoch = $1").bind(epoch).execute(&mut *transaction).await?;
    sqlx::query("INSERT INTO ledger_epochs (epoch, began_after, began_at) VALUES ($1, $2, $3)")
        .bind(epoch)
        .bind(after)
        .bind(now.as_micros())
        .execute(&mut *transaction)
        .await?;
    // Made from leaves that are perhaps no longer there; the signer's follower makes them again.
    sqlx::query("DELETE FROM merkle_nodes").execute(&mut *transaction).await?;
    // Of processes that are long gone.
    sqlx::query("DELETE FROM leases").execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(Life::BeganAnew { epoch, after })
}
