//! Comparing the live read models with what the ledger makes: rebuilt in `pg_temp`, in one snapshot, beside a service
//! that goes on writing. Nothing is left of it.

use super::ahead::{Ahead, Part};
use super::course::{Course, Pace};
use super::models::{ReadModel, tables};
use super::progress::Progress;
use super::store::Tables;
use super::{CHUNK, DeriveError};
use crate::crypto::Keyring;
use crate::ledger::reader;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection, PgPool, Row};
use std::fmt;

/// How many differences are named; the rest are counted.
const NAMED: usize = 10;

/// What makes a transaction a snapshot. The read models are locked before it is taken, so that no other generation takes
/// their place while it lasts: that one would be seen as it was when the snapshot was taken, which is unfinished.
pub const SNAPSHOT: &str = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; \
    LOCK TABLE documents, document_versions, claims, object_references, pool_limits, pool_holdings, scopes, \
    ledger_batches IN ACCESS SHARE MODE";

/// A row that is not what the ledger says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: &'static str,
    /// The row's key.
    pub key: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.table, self.key, self.what)
    }
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many events were folded; also the ledger's last position.
    pub events: i64,
    /// How many rows were compared.
    pub rows: i64,
    /// The first few differences.
    pub differences: Vec<Difference>,
    /// How many there are.
    pub count: usize,
}

impl Report {
    /// Whether every row is what the ledger says.
    #[must_use]
    pub const fn is_fine(&self) -> bool {
        self.count == 0
    }

    pub(in super::super) fn differs(
        &mut self,
        table: &'static str,
        key: impl fmt::Display,
        what: impl Into<String>,
    ) {
        self.count += 1;
        self.name(Difference { table, key: key.to_string(), what: what.into() });
    }

    fn name(&mut self, difference: Difference) {
        if self.differences.len() < NAMED {
            self.differences.push(difference);
        }
    }
}

/// Derives these read models from the ledger and compares them with the live ones, all in one snapshot. Without the
/// keyring, of personal names only who holds them is compared.
///
/// # Errors
/// The ledger could not be read or folded to its end.
pub async fn check(
    pool: &PgPool,
    models: &[ReadModel],
    keyring: Option<&Keyring>,
) -> Result<Report, DeriveError> {
    let mut connection = pool.acquire().await?;
    let mut snapshot = connection.begin().await?;
    snapshot.execute(SNAPSHOT).await?;
    let report = check_in(&mut snapshot, models, keyring, Some(&pool.connect_options())).await;
    snapshot.rollback().await?;
    report
}

/// Where what is compared comes from.
enum Parts {
    /// It is made when it is needed, from what this connection sees of the ledger.
    Here(Box<Course>),
    /// It was made while the part before was stored, over connections of its own. What they read of the ledger up to where
    /// it ends in the snapshot does not change.
    Ahead(Ahead<Part>),
}

impl Parts {
    async fn next(&mut self, db: &mut PgConnection) -> Result<Option<Part>, DeriveError> {
        match self {
            Self::Here(course) => {
                let made = course.next(db, CHUNK).await?;
                Ok(made.map(|made| Part { made, position: course.position() }))
            }
            Self::Ahead(parts) => parts.next().await,
        }
    }
}

/// As [`check`], in a snapshot that there is, whose end is the end of what is made for it; the ledger is read over other
/// connections where it is said how to make them.
pub(in super::super) async fn check_in(
    db: &mut PgConnection,
    models: &[ReadModel],
    keyring: Option<&Keyring>,
    beside: Option<&PgConnectOptions>,
) -> Result<Report, DeriveError> {
    let (head, _) = reader::head(db).await?;
    let rebuilt = Tables { schema: "pg_temp", models, keyring };
    rebuilt.make(db).await?;
    let pace = Pace::Filling { until: head };
    let mut parts = match beside {
        Some(options) => Parts::Ahead(Ahead::parts(options.clone(), 0, pace, CHUNK)),
        None => Parts::Here(Box::new(Course::new(0, pace))),
    };
    let mut progress = Progress::new(0);
    while let Some(part) = parts.next(db).await? {
        let position = part.position;
        rebuilt.store(db, part, pace).await?;
        progress.say(position, head);
    }
    for table in tables(models) {
        rebuilt.complete(db, table).await?;
    }

    let mut report = Report { events: head, rows: rebuilt.rows(db).await?, ..Report::default() };
    for table in tables(models) {
        let rows = sqlx::query("SELECT key, what, count FROM generation_differences($1, $2)")
            .bind(table)
            .bind(i32::try_from(NAMED).unwrap_or(i32::MAX))
            .fetch_all(&mut *db)
            .await?;
        if let Some(row) = rows.first() {
            report.count += usize::try_from(row.try_get::<i64, _>("count")?).unwrap_or(usize::MAX);
        }
        for row in rows {
            report.name(Difference { table, key: row.try_get("key")?, what: row.try_get("what")? });
        }
    }
    Ok(report)
}
