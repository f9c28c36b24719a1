//! Pages of documents.
//!
//! The statements are planned once for whatever is asked for, so that planning costs a page nothing; a plan that is made for one
//! question would know which filters there are. What a filter leaves over is therefore found by a statement of its own where an
//! index knows it: ids, a name, an external id.

use super::query::{At, Found};
use sqlx::types::Json;
use sqlx::{PgExecutor, Row};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;
use uuid::Uuid;
use values::{LabelSelector, Rule, ScopeId};

/// The terms of a selector as columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelTerms {
    /// Keys of labels.
    pub keys: Vec<String>,
    /// What is asked of each: `in`, `notin`, `exists` or `!`.
    pub operators: Vec<String>,
    /// The wanted values of each, joined by commas, which no value contains.
    pub values: Vec<String>,
    /// The labels that must be there as they are.
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
                Rule::Equals(value) => match terms.equal.entry(requirement.key().to_owned()) {
                    Entry::Vacant(entry) => {
                        entry.insert(value.clone());
                        continue;
                    }
                    // One label cannot be two things, and the selector selects nothing.
                    Entry::Occupied(_) => ("in", value.clone()),
                },
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// The name, by code points.
    Name,
    /// When it was made.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// What an index finds at once, of all that a parent lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Among {
    /// Everything, in the list's order.
    All,
    /// What has these ids.
    Ids,
    /// What has this name, or had another one than now.
    Named,
    /// As much by the external id.
    Known,
}

impl Among {
    const EVERY: [Self; 4] = [Self::All, Self::Ids, Self::Named, Self::Known];

    /// Documents, by that index whatever the statistics say (`OFFSET 0` keeps other conditions out of the look-up).
    const fn documents(self) -> &'static str {
        match self {
            Self::All => "documents",
            Self::Ids => include_str!("sql/among_ids.sql"),
            Self::Named => include_str!("sql/among_named.sql"),
            Self::Known => include_str!("sql/among_known.sql"),
        }
    }
}

impl Sort {
    const fn template(self) -> &'static str {
        match self.key {
            SortKey::Name => include_str!("sql/list_by_name.sql"),
            SortKey::CreatedAt => include_str!("sql/list_by_created_at.sql"),
            SortKey::UpdatedAt => include_str!("sql/list_by_updated_at.sql"),
        }
    }

    /// What comes after the last one of the page before, as a condition on sort value and id. What was made later than the
    /// position is not looked at.
    const fn after(self) -> &'static str {
        match (self.key, self.descending) {
            (SortKey::Name, false) => {
                "> (coalesce($4::text, '') COLLATE \"C\", \
                    coalesce($5::uuid, '00000000-0000-0000-0000-000000000000'))"
            }
            (SortKey::Name, true) => {
                "< (coalesce($4::text, U&'\\+10FFFF') COLLATE \"C\", \
                    coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))"
            }
            (SortKey::CreatedAt, false) => {
                "> (coalesce($4::text::bigint, 0), coalesce($5::uuid, '00000000-0000-0000-0000-000000000000')) \
                 AND created_at <= \
                     coalesce((SELECT e.recorded_at FROM events e WHERE e.position = $3), 9223372036854775807)"
            }
            (SortKey::CreatedAt, true) => {
                "< (coalesce($4::text::bigint, \
                        (SELECT e.recorded_at FROM events e WHERE e.position = $3), 9223372036854775807), \
                    coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))"
            }
            (SortKey::UpdatedAt, false) => {
                "> (coalesce($4::text::bigint, 0), coalesce($5::uuid, '00000000-0000-0000-0000-000000000000'))"
            }
            (SortKey::UpdatedAt, true) => {
                "< (coalesce($4::text::bigint, 9223372036854775807), \
                    coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))"
            }
        }
    }

    const fn direction(self) -> &'static str {
        if self.descending { "DESC" } else { "ASC" }
    }
}

static STATEMENTS: LazyLock<HashMap<(Sort, Among), String>> = LazyLock::new(|| {
    let keys = [SortKey::Name, SortKey::CreatedAt, SortKey::UpdatedAt];
    let sorts = keys.into_iter().flat_map(|key| [false, true].map(|descending| Sort { key, descending }));
    let statement = |sort: Sort, among: Among| {
        sort.template()
            .replace("{documents}", among.documents())
            .replace("{after}", sort.after())
            .replace("{filters}", include_str!("sql/list_filters.sql"))
            .replace("{order}", sort.direction())
    };
    sorts.flat_map(|sort| Among::EVERY.map(|among| ((sort, among), statement(sort, among)))).collect()
});

impl ListQuery<'_> {
    /// The statement that answers it.
    #[must_use]
    pub fn statement(&self) -> &'static str {
        let among = match (self.ids, self.name, self.external_id) {
            (Some(_), ..) => Among::Ids,
            (None, Some(_), _) => Among::Named,
            (None, None, Some(_)) => Among::Known,
            (None, None, None) => Among::All,
        };
        // There is one for each.
        STATEMENTS.get(&(self.sort, among)).map_or("", String::as_str)
    }
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
    let position = match at {
        At::Now => i64::MAX,
        At::Position(position) => position,
    };
    let (after, after_id) = query.after.clone().unzip();
    let rows = sqlx::query(query.statement())
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
