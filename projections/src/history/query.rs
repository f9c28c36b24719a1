//! From rows to versions, newest first.

use crate::audit::{self, Row};
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row as _};
use uuid::Uuid;
use values::ScopeId;

/// A thing whose versions are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thing {
    /// The scope that its events are in.
    pub scope: ScopeId,
    /// Its kind, as on the wire.
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
}

impl Thing {
    /// The aggregate that its document is made from.
    fn aggregate_type(&self) -> String {
        audit::aggregate_types(self.kind).into_iter().next().unwrap_or_default()
    }
}

/// One version of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The version.
    pub version: i64,
    /// The document, sealed spans in it.
    pub document: String,
}

impl Version {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self { version: row.try_get("version")?, document: row.try_get("document")? })
    }
}

/// The versions of a thing that are older than one, as of an installation's position, newest first; at most so many.
///
/// # Errors
/// The database could not answer.
pub async fn versions(
    db: impl PgExecutor<'_>,
    thing: &Thing,
    position: i64,
    older_than: i64,
    most: i64,
) -> Result<Vec<Version>, sqlx::Error> {
    let rows = sqlx::query(include_str!("sql/versions.sql"))
        .bind(thing.scope.as_uuid())
        .bind(thing.id)
        .bind(thing.kind)
        .bind(position)
        .bind(older_than)
        .bind(most)
        .fetch_all(db)
        .await?;
    rows.iter().map(Version::from_row).collect()
}

/// One version of a thing, as of an installation's position.
///
/// # Errors
/// The database could not answer.
pub async fn version(
    db: impl PgExecutor<'_>,
    thing: &Thing,
    position: i64,
    version: i64,
) -> Result<Option<Version>, sqlx::Error> {
    let found = versions(db, thing, position, version.saturating_add(1), 1).await?;
    Ok(found.into_iter().find(|found| found.version == version))
}

/// The events of a thing's stream after one version and up to another, newest first.
///
/// # Errors
/// The database could not answer.
pub async fn events(
    db: impl PgExecutor<'_>,
    thing: &Thing,
    after: i64,
    up_to: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    let rows = sqlx::query(include_str!("sql/events.sql"))
        .bind(thing.scope.as_uuid())
        .bind(thing.aggregate_type())
        .bind(thing.id.to_string())
        .bind(after)
        .bind(up_to)
        .fetch_all(db)
        .await?;
    rows.iter().map(audit::row).collect()
}

/// The events that these versions of a thing end with.
///
/// # Errors
/// The database could not answer.
pub async fn events_at(
    db: impl PgExecutor<'_>,
    thing: &Thing,
    versions: &[i64],
) -> Result<Vec<Row>, sqlx::Error> {
    let rows = sqlx::query(include_str!("sql/events_at.sql"))
        .bind(thing.scope.as_uuid())
        .bind(thing.aggregate_type())
        .bind(thing.id.to_string())
        .bind(versions)
        .fetch_all(db)
        .await?;
    rows.iter().map(audit::row).collect()
}
