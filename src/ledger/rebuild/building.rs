//! Building the next generation of read models, beside a service that goes on writing, and putting it in the place of
//! the live one.
//!
//! Each step is one transaction, which also says how far the generation is: whoever is killed goes on from there.

use super::ahead::{Ahead, Part};
use super::connection::{be_alone, connect, do_not_wait, is_in_use};
use super::course::{Course, Pace};
use super::finishing;
use super::models::{ReadModel, tables};
use super::progress::Progress;
use super::store::Tables;
use super::{CHUNK, DeriveError};
use crate::crypto::Keyring;
use crate::database::MIGRATIONS;
use crate::ledger::reader;
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{Connection, PgConnection, Row};
use std::sync::Arc;
use std::time::Duration;

/// Where the next generation is.
const SCHEMA: &str = "next_generation";
/// How many events may be missing when the generations are switched: these are added while the ledger is held.
const MOST_AT_ONCE: i64 = 500;
/// How long readers may be waited for when the generations are switched, at first and at most, in milliseconds. Who
/// comes later waits as long. The last is longer than `deadlock_timeout`, after which PostgreSQL ends a vacuum that is
/// in the way.
const PATIENCE: [u32; 4] = [100, 400, 1_600, 2_000];
/// How long to wait before it is tried again.
const BETWEEN_TRIES: Duration = Duration::from_millis(500);
/// Counts the ways in which an unfinished generation was ever stored.
const LAYOUT: u32 = 4;

/// Why no generation was built.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// It could not be derived from the ledger.
    #[error(transparent)]
    Derive(#[from] DeriveError),
    /// The service was never started with this version.
    #[error("the database is older than this program: run quarterdeck migrate")]
    NotMigrated,
    /// Another process has the next generation in hand.
    #[error("another process rebuilds read models")]
    AtIt,
}

impl From<sqlx::Error> for RebuildError {
    fn from(error: sqlx::Error) -> Self {
        Self::Derive(error.into())
    }
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Rows were added.
    Added,
    /// Everything has its indexes.
    Indexed,
    /// Somebody reads the live tables and goes on doing so.
    Waits,
    /// The generation is live; it says what the ledger says up to here.
    Switched {
        /// The ledger's last position.
        position: i64,
    },
}

/// A rebuild that is under way.
pub struct Rebuild {
    db: PgConnection,
    options: PgConnectOptions,
    models: Vec<ReadModel>,
    keyring: Arc<Keyring>,
    chunk: usize,
    pace: Pace,
    /// The last position whose rows are stored.
    position: i64,
    /// What is read ahead while tables are filled.
    ahead: Option<Ahead<Part>>,
    /// Goes on when they are filled.
    course: Course,
    progress: Progress,
    /// How often the switch was tried.
    tries: usize,
}

impl Rebuild {
    /// Begins, or goes on where one of the same read models was ended.
    ///
    /// # Errors
    /// The database could not be reached or lacks this version's tables, or another process is at it.
    pub async fn start(
        options: &PgConnectOptions,
        models: &[ReadModel],
        keyring: Arc<Keyring>,
    ) -> Result<Self, RebuildError> {
        let mut db = connect(options).await?;
        be_alone(&mut db).await?;
        let (head, _) = reader::head(&mut db).await?;
        let epoch = reader::epoch(&mut db).await?;
        let built = Tables { schema: SCHEMA, models, keyring: Some(&keyring) };
        let begun = match left_over(&mut db, models, epoch).await? {
            Some(there) if there.position <= head => {
                tracing::info!(position = there.position, "Goes on after position {}", there.position);
                there
            }
            Some(_) | None => begin(&mut db, built, epoch, head).await?,
        };
        let pace = if begun.follows { Pace::Following } else { Pace::Filling { until: begun.filled_until } };
        Ok(Self {
            db,
            options: options.clone(),
            models: models.to_vec(),
            keyring,
            chunk: CHUNK,
            pace,
            position: begun.position,
            ahead: None,
            course: Course::new(begun.position, pace),
            progress: Progress::new(begun.position),
            tries: 0,
        })
    }

    /// Adds what so many events make in a step, and not as many as usual.
    #[must_use]
    pub fn in_chunks_of(self, events: usize) -> Self {
        Self { chunk: events, ..self }
    }

    /// The last position that the generation knows of.
    #[must_use]
    pub const fn position(&self) -> i64 {
        self.position
    }

    /// Goes on until the generation is live, and says up to which position it knows the ledger then.
    ///
    /// # Errors
    /// As [`Rebuild::step`].
    pub async fn finish(mut self) -> Result<i64, RebuildError> {
        loop {
            match self.step().await? {
                Step::Switched { position } => return Ok(position),
                Step::Added | Step::Indexed => {}
                Step::Waits => {
                    tracing::info!(
                        "Waits for whoever reads the read models, a verification or a long reading"
                    );
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
            }
        }
    }

    /// Goes one step on, which is kept whatever happens afterwards.
    ///
    /// # Errors
    /// The ledger is not whole or cannot be folded, or the database could not answer.
    pub async fn step(&mut self) -> Result<Step, RebuildError> {
        match self.pace {
            Pace::Filling { until } => {
                let mut ahead = self.ahead.take().unwrap_or_else(|| {
                    Ahead::parts(self.options.clone(), self.position, self.pace, self.chunk)
                });
                let Some(part) = ahead.next().await? else { return self.index().await };
                self.add(part, until).await?;
                // Where that failed, it is read again.
                self.ahead = Some(ahead);
            }
            Pace::Following => {
                let (head, _) = reader::head(&mut self.db).await?;
                if head - self.position <= MOST_AT_ONCE {
                    return self.switch().await;
                }
                self.course.extend(head);
                if let Some(made) = self.course.next(&mut self.db, self.chunk).await? {
                    self.add(Part { made, position: self.course.position() }, head).await?;
                }
            }
        }
        Ok(Step::Added)
    }

    /// Stores what events make, and how far the generation is then.
    async fn add(&mut self, part: Part, until: i64) -> Result<(), RebuildError> {
        let position = part.position;
        let built = Tables { schema: SCHEMA, models: &self.models, keyring: Some(&self.keyring) };
        let mut transaction = self.db.begin().await?;
        do_not_wait(&mut transaction).await?;
        built.store(&mut transaction, part, self.pace).await?;
        sqlx::query("UPDATE next_generation.progress SET position = $1")
            .bind(position)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        self.position = position;
        self.progress.say(position, until);
        Ok(())
    }

    /// Ends the filling: from now on rows are found by all their keys.
    async fn index(&mut self) -> Result<Step, RebuildError> {
        self.progress.say_now(self.position, self.position);
        tracing::info!("Adds the indexes");
        let built = Tables { schema: SCHEMA, models: &self.models, keyring: Some(&self.keyring) };
        finishing::finish(&self.options, built).await?;
        let mut transaction = self.db.begin().await?;
        do_not_wait(&mut transaction).await?;
        sqlx::query("UPDATE next_generation.progress SET follows = true").execute(&mut *transaction).await?;
        transaction.commit().await?;
        self.follow();
        Ok(Step::Indexed)
    }

    /// Follows the ledger from what is stored on.
    fn follow(&mut self) {
        self.pace = Pace::Following;
        self.course = Course::new(self.position, self.pace);
        self.progress = Progress::new(self.position);
    }

    /// Adds the last events and switches, while nobody can write.
    async fn switch(&mut self) -> Result<Step, RebuildError> {
        match self.try_to_switch().await {
            Err(RebuildError::Derive(DeriveError::Database(error))) if is_in_use(&error) => {
                self.tries += 1;
                // What was folded meanwhile was not kept.
                self.follow();
                Ok(Step::Waits)
            }
            other => other,
        }
    }

    async fn try_to_switch(&mut self) -> Result<Step, RebuildError> {
        let built = Tables { schema: SCHEMA, models: &self.models, keyring: Some(&self.keyring) };
        let patience = PATIENCE[self.tries.min(PATIENCE.len() - 1)];
        let mut transaction = self.db.begin().await?;
        sqlx::query(
            "SELECT set_config('lock_timeout', $1, true), \
             set_config('idle_in_transaction_session_timeout', '5s', true)",
        )
        .bind(patience.to_string())
        .execute(&mut *transaction)
        .await?;
        // The head's time moves: a batch that was judged by the live tables is judged again.
        let head: i64 =
            sqlx::query_scalar("UPDATE ledger_head SET recorded_at = recorded_at + 1 RETURNING position")
                .fetch_one(&mut *transaction)
                .await?;
        self.course.extend(head);
        while let Some(made) = self.course.next(&mut transaction, self.chunk).await? {
            let part = Part { made, position: self.course.position() };
            built.store(&mut transaction, part, self.pace).await?;
        }
        sqlx::query("SELECT switch_generation($1)")
            .bind(tables(&self.models))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        self.position = head;
        Ok(Step::Switched { position: head })
    }
}

/// How far a generation is.
struct Place {
    position: i64,
    filled_until: i64,
    follows: bool,
}

/// The generation that was left over, where it can be gone on with: it is of the same read models, by the same program,
/// in the same life of the ledger.
async fn left_over(
    db: &mut PgConnection,
    models: &[ReadModel],
    epoch: i64,
) -> Result<Option<Place>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT position, filled_until, follows FROM next_generation.progress \
         WHERE tables = $1 AND program = $2 AND epoch = $3",
    )
    .bind(tables(models))
    .bind(program())
    .bind(epoch)
    .fetch_optional(db)
    .await?;
    let place = |row: PgRow| {
        Ok(Place {
            position: row.try_get("position")?,
            filled_until: row.try_get("filled_until")?,
            follows: row.try_get("follows")?,
        })
    };
    row.map(place).transpose()
}

async fn begin(
    db: &mut PgConnection,
    built: Tables<'_>,
    epoch: i64,
    head: i64,
) -> Result<Place, sqlx::Error> {
    let mut transaction = db.begin().await?;
    sqlx::query("SELECT drop_generation()").execute(&mut *transaction).await?;
    built.make(&mut transaction).await?;
    sqlx::query(
        "INSERT INTO next_generation.progress (tables, program, epoch, position, filled_until) \
         VALUES ($1, $2, $3, 0, $4)",
    )
    .bind(tables(built.models))
    .bind(program())
    .bind(epoch)
    .bind(head)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(Place { position: 0, filled_until: head, follows: false })
}

/// What makes the rows: another version may make others, or keep those that are not finished elsewhere.
fn program() -> String {
    let migration = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
    format!("{} {migration} {LAYOUT}", env!("CARGO_PKG_VERSION"))
}
