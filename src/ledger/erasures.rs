//! Who was erased, in a file outside the database: a backup from before an erasure has the destroyed keys in it, and
//! whoever restores it must destroy them again before anything is read.
//!
//! The ledger is the truth: an erasure is in the file as soon as possible after it was recorded, and before it is
//! acknowledged. What a crash keeps from the file is put there when the service is next started, or before another database
//! takes this one's place. So every erasure that anybody was told of outlives the database.
//!
//! Each line is an [`Erasure`] in JSON. Lines are appended, and durable before anybody is told; half a line, as a crash
//! leaves it, is passed over.

use super::reader;
use super::record::destroy_keys;
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, Row};
use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use tokio::sync::Mutex;
use uuid::Uuid;
use values::ScopeId;

/// Somebody was erased from a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Erasure {
    /// The key that was destroyed, as sealed texts name it.
    pub person: Uuid,
    /// Where: an org, or for an identity its partner.
    pub scope: ScopeId,
    /// Whose it was.
    pub user: Uuid,
}

/// Why erasures could not be written down or applied.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// The file cannot be read or written.
    #[error("the list of erasures {} cannot be kept", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The database could not answer.
    #[error("the ledger could not be asked who was erased")]
    Database(#[from] sqlx::Error),
}

/// What came of writing down what the ledger says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caught {
    /// The file has all that the ledger has.
    Up,
    /// The same; but the ledger is in another life than when it was last asked, so the file may have more.
    InAnotherLife,
}

/// The erasures of one installation.
#[derive(Debug)]
pub struct Erasures {
    pool: PgPool,
    path: PathBuf,
    kept: Mutex<Option<Kept>>,
}

/// What this process knows to be in the file.
#[derive(Debug)]
struct Kept {
    all: HashSet<Erasure>,
    /// The life of the ledger that was last asked.
    epoch: i64,
    /// The last erasure's position in it.
    through: i64,
}

impl Erasures {
    /// Of this database, with the file in this data directory.
    #[must_use]
    pub fn new(pool: PgPool, data_dir: &Path) -> Self {
        Self { pool, path: data_dir.join("erasures"), kept: Mutex::default() }
    }

    /// Puts into the file what the ledger has and it has not. When this returns it stays there.
    ///
    /// # Errors
    /// See [`ErasureError`].
    pub async fn catch_up(&self) -> Result<Caught, ErasureError> {
        let mut kept = self.kept.lock().await;
        let mut connection = self.pool.acquire().await?;
        let epoch = reader::epoch(&mut *connection).await?;
        let mut known = match kept.take() {
            Some(known) => known,
            None => Kept { all: self.read()?.into_iter().collect(), epoch, through: 0 },
        };
        let caught = if known.epoch == epoch { Caught::Up } else { Caught::InAnotherLife };
        if caught == Caught::InAnotherLife {
            (known.epoch, known.through) = (epoch, 0);
        }
        let rows = sqlx::query(
            "SELECT position, org_id, coalesce(payload ->> 'person', aggregate_id) AS person, \
                 coalesce(payload ->> 'user', aggregate_id) AS user_id \
             FROM events WHERE event_type IN ('membership.erased', 'user.erased') AND position > $1 \
             ORDER BY position",
        )
        .bind(known.through)
        .fetch_all(&mut *connection)
        .await?;
        drop(connection);
        let mut new = vec![];
        let mut through = known.through;
        for row in rows {
            let id = |column| -> Result<Uuid, sqlx::Error> {
                let text: &str = row.try_get(column)?;
                text.parse().map_err(|error: uuid::Error| sqlx::Error::Decode(error.into()))
            };
            let scope = ScopeId::from(row.try_get::<Uuid, _>("org_id")?);
            let erasure = Erasure { person: id("person")?, scope, user: id("user_id")? };
            if !known.all.contains(&erasure) {
                new.push(erasure);
            }
            through = row.try_get("position")?;
        }
        // Forgotten where this fails, and read from the file again.
        self.append(&new)?;
        known.all.extend(new);
        known.through = through;
        *kept = Some(known);
        Ok(caught)
    }

    /// Destroys again every key that was ever destroyed, by the file and by the ledger; returns all erasures.
    ///
    /// # Errors
    /// See [`ErasureError`].
    pub async fn apply(&self) -> Result<Vec<Erasure>, ErasureError> {
        self.catch_up().await?;
        self.destroy_listed().await
    }

    /// Destroys again every key that was ever destroyed, by the file alone; returns all erasures in it.
    ///
    /// # Errors
    /// See [`ErasureError`].
    pub async fn destroy_listed(&self) -> Result<Vec<Erasure>, ErasureError> {
        let all = self.read()?;
        if all.is_empty() {
            return Ok(all);
        }
        let people: Vec<Uuid> = all.iter().map(|erasure| erasure.person).collect();
        let mut connection = self.pool.acquire().await?;
        let destroyed = destroy_keys(&mut connection, &people).await?;
        if destroyed > 0 {
            tracing::warn!(
                "The database is from before {destroyed} keys of persons were destroyed: destroyed them again"
            );
        }
        Ok(all)
    }

    fn read(&self) -> Result<Vec<Erasure>, ErasureError> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
            Err(source) => return Err(self.failed(source)),
        };
        let lines = text.split(|byte| *byte == b'\n');
        Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
    }

    fn append(&self, new: &[Erasure]) -> Result<(), ErasureError> {
        if new.is_empty() {
            return Ok(());
        }
        let append = || {
            let mut file =
                OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(&self.path)?;
            let mut text = vec![];
            if ends_in_half_a_line(&mut file)? {
                text.push(b'\n');
            }
            for erasure in new {
                serde_json::to_writer(&mut text, erasure)?;
                text.push(b'\n');
            }
            file.write_all(&text)?;
            file.sync_all()?;
            File::open(self.path.parent().unwrap_or(Path::new(".")))?.sync_all()
        };
        append().map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> ErasureError {
        ErasureError::File { path: self.path.clone(), source }
    }
}

fn ends_in_half_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn erasure(id: u128) -> Erasure {
        Erasure {
            person: Uuid::from_u128(id),
            scope: ScopeId::from(Uuid::from_u128(1)),
            user: Uuid::from_u128(2),
        }
    }

    #[tokio::test]
    async fn half_a_line_is_passed_over_and_what_comes_after_it_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let pool = PgPool::connect_lazy("postgres://nowhere").unwrap();
        let erasures = Erasures::new(pool, directory.path());
        assert_eq!(erasures.read().unwrap(), []);
        erasures.append(&[erasure(7), erasure(8)]).unwrap();
        assert_eq!(erasures.read().unwrap(), [erasure(7), erasure(8)]);

        let path = directory.path().join("erasures");
        let whole = fs::read(&path).unwrap();
        for cut in 1..whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            erasures.append(&[erasure(9)]).unwrap();
            let read = erasures.read().unwrap();
            assert_eq!(read.last(), Some(&erasure(9)), "cut at {cut}");
            let lines = whole[..cut].split(|byte| *byte == b'\n').filter(|line| line.ends_with(b"}")).count();
            assert_eq!(read.len(), lines + 1, "cut at {cut}");
        }
    }
}
