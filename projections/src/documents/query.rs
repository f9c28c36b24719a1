//! From rows to documents.

use super::listing::LabelTerms;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgExecutor, Row};
use uuid::Uuid;
use values::{LabelSelector, ScopeId};

/// When a read is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The newest there is.
    Now,
    /// As it was when this was the ledger's last position.
    Position(i64),
}

/// Which document is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// By id; deleted ones are found.
    Id(Uuid),
    /// By name; only live ones are found.
    Name(&'a str),
}

/// A document as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The aggregate's id.
    pub id: Uuid,
    /// Its scope.
    pub scope: ScopeId,
    /// What lists it.
    pub parent: Uuid,
    /// Its name.
    pub name: String,
    /// Its phase.
    pub phase: String,
    /// Whose it is.
    pub owner: Option<Uuid>,
    /// Its version, also its `ETag`.
    pub version: i64,
    /// The position of the event that made this version.
    pub position: i64,
    /// Who made it: an `Actor` as JSON.
    pub created_by: String,
    /// Microseconds since the epoch.
    pub created_at: i64,
    /// Microseconds since the epoch.
    pub updated_at: i64,
    /// Whether it is deleted.
    pub deleted: bool,
    /// The JSON that is sent, sealed spans aside.
    pub json: String,
}

impl Found {
    pub(super) fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            scope: ScopeId::from(row.try_get::<Uuid, _>("org_id")?),
            parent: row.try_get("parent_id")?,
            name: row.try_get("name")?,
            phase: row.try_get("phase")?,
            owner: row.try_get("owner_id")?,
            version: row.try_get("version")?,
            position: row.try_get("position")?,
            created_by: row.try_get("created_by")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            deleted: row.try_get::<Option<i64>, _>("deleted_at")?.is_some(),
            json: row.try_get("document")?,
        })
    }
}

/// The document of this kind that `parent` lists under this id or name.
///
/// # Errors
/// The database could not answer.
pub async fn get(
    db: impl PgExecutor<'_>,
    parent: ScopeId,
    kind: &str,
    which: Which<'_>,
    at: At,
) -> Result<Option<Found>, sqlx::Error> {
    let (id, name) = match which {
        Which::Id(id) => (Some(id), None),
        Which::Name(name) => (None, Some(name)),
    };
    let query = match (at, id.is_some()) {
        (At::Now, true) => sqlx::query(include_str!("sql/get_by_id.sql")),
        (At::Now, false) => sqlx::query(include_str!("sql/get_by_name.sql")),
        (At::Position(_), true) => sqlx::query(include_str!("sql/get_by_id_as_of.sql")),
        (At::Position(_), false) => sqlx::query(include_str!("sql/get_by_name_as_of.sql")),
    };
    let query = query.bind(parent.as_uuid()).bind(kind);
    let query = match (id, name) {
        (Some(id), _) => query.bind(id),
        (None, name) => query.bind(name),
    };
    let query = match at {
        At::Now => query,
        At::Position(position) => query.bind(position),
    };
    query.fetch_optional(db).await?.map(|row| Found::from_row(&row)).transpose()
}

/// That a thing is there, without its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighted {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its phase.
    pub phase: String,
    /// Whose it is.
    pub owner: Option<Uuid>,
    /// Its version.
    pub version: i64,
}

impl Sighted {
    /// From the columns of this name.
    pub(crate) fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            phase: row.try_get("phase")?,
            owner: row.try_get("owner_id")?,
            version: row.try_get("version")?,
        })
    }
}

/// The thing of this kind that `parent`, in `org`, lists under this id or name: by id deleted ones too.
///
/// # Errors
/// The database could not answer.
pub async fn sight(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    parent: Uuid,
    kind: &str,
    which: Which<'_>,
) -> Result<Option<Sighted>, sqlx::Error> {
    let query = match which {
        Which::Id(id) => sqlx::query(include_str!("sql/sight_by_id.sql")).bind(org.as_uuid()).bind(id),
        Which::Name(name) => {
            sqlx::query(include_str!("sql/sight_by_name.sql")).bind(org.as_uuid()).bind(name)
        }
    };
    let row = query.bind(parent).bind(kind).fetch_optional(db).await?;
    row.map(|row| Sighted::from_row(&row)).transpose()
}

/// The live things of this kind that `parent`, in `org`, lists under these names and ids.
///
/// # Errors
/// The database could not answer.
pub async fn siblings(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    parent: Uuid,
    kind: &str,
    names: &[&str],
    ids: &[Uuid],
) -> Result<Vec<Sighted>, sqlx::Error> {
    let rows = sqlx::query(include_str!("sql/siblings.sql"))
        .bind(org.as_uuid())
        .bind(parent)
        .bind(kind)
        .bind(names)
        .bind(ids)
        .fetch_all(db)
        .await?;
    rows.iter().map(Sighted::from_row).collect()
}

/// The live things of this kind under these names and ids that other projects of `org` share with `project`.
///
/// # Errors
/// The database could not answer.
pub async fn shared(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    project: Uuid,
    kind: &str,
    names: &[&str],
    ids: &[Uuid],
) -> Result<Vec<Sighted>, sqlx::Error> {
    let rows = sqlx::query(include_str!("sql/shared.sql"))
        .bind(org.as_uuid())
        .bind(project)
        .bind(kind)
        .bind(names)
        .bind(ids)
        .fetch_all(db)
        .await?;
    rows.iter().map(Sighted::from_row).collect()
}

/// The live things of this kind, in these phases, that are in `project` of `org` or shared with it, and that a selector
/// selects by their labels; by name.
///
/// # Errors
/// The database could not answer.
pub async fn selected(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    project: Uuid,
    kind: &str,
    phases: &[&str],
    selector: &LabelSelector,
) -> Result<Vec<Sighted>, sqlx::Error> {
    let terms = LabelTerms::of(selector);
    let rows = sqlx::query(include_str!("sql/selected.sql"))
        .bind(org.as_uuid())
        .bind(project)
        .bind(kind)
        .bind(phases)
        .bind(&terms.keys)
        .bind(&terms.operators)
        .bind(&terms.values)
        .bind(Json(&terms.equal))
        .fetch_all(db)
        .await?;
    rows.iter().map(Sighted::from_row).collect()
}

/// One version of a document, by nothing but its id: for an answer to whoever has just changed it.
///
/// # Errors
/// The database could not answer.
pub async fn stored(db: impl PgExecutor<'_>, id: Uuid, version: i64) -> Result<Option<Found>, sqlx::Error> {
    sqlx::query(include_str!("sql/stored.sql"))
        .bind(id)
        .bind(version)
        .fetch_optional(db)
        .await?
        .map(|row| Found::from_row(&row))
        .transpose()
}
