//! From rows to documents.

use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgExecutor, Row};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use values::{LabelSelector, Rule, ScopeId};

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
        .fetch_all(db)
        .await?;
    rows.iter().map(Sighted::from_row).collect()
}

/// The terms of a selector as columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelTerms {
    /// Keys of labels.
    pub keys: Vec<String>,
    /// What is asked of each: `in`, `notin`, `exists` or `!`.
    pub operators: Vec<String>,
    /// The wanted values of each, joined by commas, which no value contains.
    pub values: Vec<String>,
    /// The labels that must be there as they are: said once more, so that whatever has others is passed by at once.
    pub equal: BTreeMap<String, String>,
}

impl LabelTerms {
    /// The terms of a selector.
    #[must_use]
    pub fn of(selector: &LabelSelector) -> Self {
        let joined = |values: &BTreeSet<String>| values.iter().cloned().collect::<Vec<_>>().join(",");
        let mut terms = Self::default();
        for requirement in selector.requirements() {
            let (operator, wanted) = match requirement.rule() {
                Rule::Exists => ("exists", String::new()),
                Rule::Absent => ("!", String::new()),
                Rule::Equals(value) => {
                    terms.equal.insert(requirement.key().to_owned(), value.clone());
                    ("in", value.clone())
                }
                Rule::NotEquals(value) => ("notin", value.clone()),
                Rule::In(values) => ("in", joined(values)),
                Rule::NotIn(values) => ("notin", joined(values)),
            };
            terms.add(requirement.key(), operator, wanted);
        }
        terms
    }

    /// Adds a term.
    pub fn add(&mut self, key: &str, operator: &str, values: String) {
        self.keys.push(key.to_owned());
        self.operators.push(operator.to_owned());
        self.values.push(values);
    }
}

/// By what a list is sorted; ties go by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// The name, by code points.
    Name,
    /// When it was made.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// What a list is asked for.
#[derive(Clone, Debug)]
pub struct ListQuery<'a> {
    /// What lists the documents; several where the caller sees several.
    pub parents: &'a [ScopeId],
    /// Only these, where ids are given.
    pub ids: Option<&'a [Uuid]>,
    /// Their kind.
    pub kind: &'a str,
    /// The order.
    pub sort: Sort,
    /// Only those that come after this sort value and id.
    pub after: Option<(String, Uuid)>,
    /// At most so many.
    pub limit: i64,
    /// Only this one, where a name is given.
    pub name: Option<&'a str>,
    /// Only those in this phase.
    pub phase: Option<&'a str>,
    /// Only those whose searched text has this in it; lower-case.
    pub text: Option<&'a str>,
    /// Only the one with this id in somebody else's books.
    pub external_id: Option<&'a str>,
    /// Only those of these owners, where owners are given.
    pub owners: Option<&'a [Uuid]>,
    /// Whether deleted ones are shown.
    pub include_deleted: bool,
    /// What their labels must be.
    pub labels: LabelTerms,
}

/// A document on a page, with what the next page starts after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The document.
    pub found: Found,
    /// Its sort value, as `after` takes it.
    pub sort_value: String,
}

/// The documents on one page.
///
/// # Errors
/// The database could not answer.
pub async fn list(
    db: impl PgExecutor<'_>,
    query: &ListQuery<'_>,
    at: At,
) -> Result<Vec<Listed>, sqlx::Error> {
    let statement = match (query.sort.key, query.sort.descending) {
        (SortKey::Name, false) => include_str!("sql/list_by_name.sql"),
        (SortKey::Name, true) => include_str!("sql/list_by_name_descending.sql"),
        (SortKey::CreatedAt, false) => include_str!("sql/list_by_created_at.sql"),
        (SortKey::CreatedAt, true) => include_str!("sql/list_by_created_at_descending.sql"),
        (SortKey::UpdatedAt, false) => include_str!("sql/list_by_updated_at.sql"),
        (SortKey::UpdatedAt, true) => include_str!("sql/list_by_updated_at_descending.sql"),
    };
    let position = match at {
        At::Now => i64::MAX,
        At::Position(position) => position,
    };
    let (after, after_id) = query.after.clone().unzip();
    let rows = sqlx::query(statement)
        .bind(query.parents.iter().map(|parent| parent.as_uuid()).collect::<Vec<_>>())
        .bind(query.kind)
        .bind(position)
        .bind(after)
        .bind(after_id)
        .bind(query.limit)
        .bind(query.name)
        .bind(query.phase)
        .bind(query.text)
        .bind(query.external_id)
        .bind(query.owners)
        .bind(query.include_deleted)
        .bind(&query.labels.keys)
        .bind(&query.labels.operators)
        .bind(&query.labels.values)
        .bind(query.ids)
        .bind((!query.labels.equal.is_empty()).then_some(Json(&query.labels.equal)))
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| Ok(Listed { found: Found::from_row(row)?, sort_value: row.try_get("sort_value")? }))
        .collect()
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
