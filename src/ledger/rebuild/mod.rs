//! Deriving the read models again from the ledger, and comparing them with the live ones, row for row.
//!
//! [`Fold`] is pure and hands rows out as they are finished, so that it serves a check as well as a rebuild into
//! fresh tables. Here it serves the check: in one snapshot, beside a service that goes on writing.

mod fold;
mod rows;

pub use fold::{Fold, FoldError};
pub use rows::DocumentRow;

use super::reader::{self, ReadError, Reader};
use aggregates::facts::{ClaimKind, Pool, ReferenceKind};
use sqlx::{Connection, PgConnection, PgPool, Row};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::fmt::Debug;
use uuid::Uuid;
use values::{Quantity, Timestamp};

/// How many differences are named; the rest are counted.
const NAMED: usize = 10;
/// How many rows are compared at a time.
const CHUNK: usize = 500;

/// Why the read models could not be derived.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The ledger could not be read to its end.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An event cannot be folded.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// The database could not answer.
    #[error("the read models could not be read")]
    Database(#[from] sqlx::Error),
}

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
    pub rows: usize,
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

    pub(super) fn differs(&mut self, table: &'static str, key: impl fmt::Display, what: impl Into<String>) {
        self.count += 1;
        if self.differences.len() < NAMED {
            self.differences.push(Difference { table, key: key.to_string(), what: what.into() });
        }
    }

    /// Compares what was derived with what is stored, key for key.
    fn compare<K, V>(&mut self, table: &'static str, derived: &BTreeMap<K, V>, stored: &BTreeMap<K, V>)
    where
        K: Ord + Debug,
        V: PartialEq + Debug,
    {
        self.rows += derived.len();
        for (key, value) in derived {
            match stored.get(key) {
                Some(stored) if stored == value => {}
                Some(stored) => self.differs(
                    table,
                    format!("{key:?}"),
                    format!("is {stored:?}, by the ledger it should be {value:?}"),
                ),
                None => self.differs(table, format!("{key:?}"), "is missing"),
            }
        }
        for key in stored.keys().filter(|key| !derived.contains_key(key)) {
            self.differs(table, format!("{key:?}"), "is in the table and not in the ledger");
        }
    }
}

/// Derives the read models from the ledger and compares them with the live ones, all in one snapshot.
///
/// # Errors
/// The ledger could not be read or folded to its end.
pub async fn check(pool: &PgPool) -> Result<Report, CheckError> {
    let mut connection = pool.acquire().await?;
    let mut snapshot = connection.begin().await?;
    sqlx::query(SNAPSHOT).execute(&mut *snapshot).await?;
    let report = check_in(&mut snapshot).await;
    snapshot.rollback().await?;
    report
}

/// What makes a transaction a snapshot.
pub(super) const SNAPSHOT: &str = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// As [`check`], in a snapshot that there is.
pub(super) async fn check_in(db: &mut PgConnection) -> Result<Report, CheckError> {
    let (head, _) = reader::head(db).await?;
    let mut report = Report { events: head, ..Report::default() };
    let mut fold = Fold::default();
    let mut reader = Reader::new(0, head);
    let mut superseded = 0;
    while let Some(event) = reader.next(db).await? {
        fold.see(&event)?;
        if fold.superseded() >= CHUNK {
            let rows = fold.take_superseded();
            superseded += rows.len();
            documents(db, Documents::Versions, &rows, &mut report).await?;
        }
    }
    fold.end()?;
    let rows = fold.take_superseded();
    superseded += rows.len();
    documents(db, Documents::Versions, &rows, &mut report).await?;

    let current: Vec<DocumentRow> = fold.current().cloned().collect();
    for rows in current.chunks(CHUNK) {
        documents(db, Documents::Versions, rows, &mut report).await?;
        documents(db, Documents::Current, rows, &mut report).await?;
    }
    count(db, Documents::Versions, superseded + current.len(), &mut report).await?;
    count(db, Documents::Current, current.len(), &mut report).await?;
    claims(db, &fold, &mut report).await?;
    references(db, &fold, &mut report).await?;
    pools(db, &fold, &mut report).await?;
    scopes(db, &fold, &mut report).await?;
    batches(db, &fold, &mut report).await?;
    Ok(report)
}

#[derive(Clone, Copy)]
enum Documents {
    Current,
    Versions,
}

impl Documents {
    const fn table(self) -> &'static str {
        match self {
            Self::Current => "documents",
            Self::Versions => "document_versions",
        }
    }
}

async fn documents(
    db: &mut PgConnection,
    which: Documents,
    derived: &[DocumentRow],
    report: &mut Report,
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = derived.iter().map(|row| row.id).collect();
    let versions: Vec<i64> = derived.iter().map(|row| row.version).collect();
    let query = match which {
        Documents::Current => sqlx::query_as(include_str!("../sql/check_documents.sql")).bind(&ids),
        Documents::Versions => {
            sqlx::query_as(include_str!("../sql/check_document_versions.sql")).bind(&ids).bind(&versions)
        }
    };
    let stored: Vec<DocumentRow> = query.fetch_all(db).await?;
    let stored: HashMap<(Uuid, i64), DocumentRow> = stored
        .into_iter()
        .map(|row| {
            (if matches!(which, Documents::Current) { (row.id, 0) } else { (row.id, row.version) }, row)
        })
        .collect();
    report.rows += derived.len();
    for row in derived {
        let key = if matches!(which, Documents::Current) { (row.id, 0) } else { (row.id, row.version) };
        let name = || format!("{} {} version {}", row.kind, row.id, row.version);
        match stored.get(&key) {
            Some(stored) if stored == row => {}
            Some(stored) => {
                let columns = row.columns_that_differ(stored).join(", ");
                report.differs(which.table(), name(), format!("differs from the ledger in {columns}"));
            }
            None => report.differs(which.table(), name(), "is missing"),
        }
    }
    Ok(())
}

/// Rows that the ledger knows nothing of are found by their number.
async fn count(
    db: &mut PgConnection,
    which: Documents,
    derived: usize,
    report: &mut Report,
) -> Result<(), sqlx::Error> {
    let stored: i64 = match which {
        Documents::Current => sqlx::query_scalar("SELECT count(*) FROM documents"),
        Documents::Versions => sqlx::query_scalar("SELECT count(*) FROM document_versions"),
    }
    .fetch_one(db)
    .await?;
    if i64::try_from(derived) != Ok(stored) {
        report.differs(which.table(), "as a whole", format!("has {stored} rows, by the ledger {derived}"));
    }
    Ok(())
}

/// A claim's key as both sides know it. Of a personal name the ledger has the sealed text and the table the keyed hash,
/// which only the keyring can tell from another: what is compared is who holds it.
fn comparable(kind: &str, key: String, holder: Uuid) -> String {
    if kind == ClaimKind::UserEmail.as_str() { holder.to_string() } else { key }
}

async fn claims(db: &mut PgConnection, fold: &Fold, report: &mut Report) -> Result<(), sqlx::Error> {
    let rows = sqlx::query("SELECT org_id, kind, key, aggregate_id FROM claims").fetch_all(db).await?;
    let mut stored = BTreeMap::new();
    for row in rows {
        let (kind, key): (String, String) = (row.try_get("kind")?, row.try_get("key")?);
        let holder: Uuid = row.try_get("aggregate_id")?;
        stored.insert((row.try_get::<Uuid, _>("org_id")?, comparable(&kind, key, holder), kind), holder);
    }
    let derived = fold.claims.iter().map(|(claim, holder)| {
        let kind = claim.kind.as_str().to_owned();
        ((claim.scope.as_uuid(), comparable(&kind, claim.key.clone(), *holder), kind), *holder)
    });
    report.compare("claims", &derived.collect(), &stored);
    Ok(())
}

async fn references(db: &mut PgConnection, fold: &Fold, report: &mut Report) -> Result<(), sqlx::Error> {
    let rows = sqlx::query("SELECT org_id, to_id, kind, from_id, until FROM object_references")
        .fetch_all(db)
        .await?;
    let mut stored = BTreeMap::new();
    for row in rows {
        let kind: String = row.try_get("kind")?;
        let kind = ReferenceKind::parse(&kind).map_or(kind, |kind| kind.as_str().to_owned());
        let key: (Uuid, Uuid, String, Uuid) =
            (row.try_get("org_id")?, row.try_get("to_id")?, kind, row.try_get("from_id")?);
        stored.insert(key, row.try_get::<Option<i64>, _>("until")?);
    }
    let derived = fold.references.iter().map(|((to, from), until)| {
        let key = (to.scope.as_uuid(), to.id, to.kind.as_str().to_owned(), *from);
        (key, until.map(Timestamp::as_micros))
    });
    report.compare("object_references", &derived.collect(), &stored);
    Ok(())
}

async fn pools(db: &mut PgConnection, fold: &Fold, report: &mut Report) -> Result<(), sqlx::Error> {
    type Limit = (Uuid, Uuid, String);
    let stored: Vec<(Uuid, Uuid, String, String)> =
        sqlx::query_as("SELECT org_id, pool_id, resource, at_most::text FROM pool_limits")
            .fetch_all(&mut *db)
            .await?;
    let stored = stored.into_iter().map(|(org, pool, of, at_most)| ((org, pool, of), at_most)).collect();
    let key = |pool: &Pool| (pool.scope.as_uuid(), pool.id, pool.resource.as_str().to_owned());
    let nanos = |amount: Quantity| amount.as_nanos().to_string();
    let limits = fold.pools.limits.iter();
    let derived: BTreeMap<Limit, String> =
        limits.filter_map(|(pool, at_most)| Some((key(pool), nanos((*at_most)?)))).collect();
    report.compare("pool_limits", &derived, &stored);

    let stored: Vec<(Uuid, Uuid, String, Uuid, String)> =
        sqlx::query_as("SELECT org_id, pool_id, resource, holder_id, amount::text FROM pool_holdings")
            .fetch_all(db)
            .await?;
    let stored = stored
        .into_iter()
        .map(|(org, pool, of, holder, amount)| (((org, pool, of), holder), amount))
        .collect();
    let holdings = fold.pools.holdings.iter();
    let derived: BTreeMap<(Limit, Uuid), String> = holdings
        .filter_map(|((pool, holder), amount)| Some(((key(pool), *holder), nanos((*amount)?))))
        .collect();
    report.compare("pool_holdings", &derived, &stored);
    Ok(())
}

async fn scopes(db: &mut PgConnection, fold: &Fold, report: &mut Report) -> Result<(), sqlx::Error> {
    let stored: Vec<(Uuid, i64, i64)> =
        sqlx::query_as("SELECT org_id, position, authority FROM scopes").fetch_all(db).await?;
    let stored = stored.into_iter().map(|(id, position, authority)| (id, (position, authority))).collect();
    let derived = fold.scopes.iter().map(|(id, fact)| (id.as_uuid(), (fact.position, fact.authority)));
    report.compare("scopes", &derived.collect(), &stored);
    Ok(())
}

async fn batches(db: &mut PgConnection, fold: &Fold, report: &mut Report) -> Result<(), sqlx::Error> {
    let stored: Vec<(i64, i64)> =
        sqlx::query_as("SELECT recorded_at, position FROM ledger_batches").fetch_all(db).await?;
    report.compare("ledger_batches", &fold.batches, &stored.into_iter().collect());
    Ok(())
}
