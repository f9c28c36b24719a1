//! Documents: a resource's JSON, rendered once by the ledger's writer and sent as it is.
//!
//! A document is a pure function of the aggregate's state and of who changed it when ([`Documented::draft`]). The
//! newest versions are in one table for all kinds, those whose place was taken in another, so that reading as of a position
//! is an index range and not a replay.

mod listing;
mod projector;
mod query;

pub use listing::{LabelTerms, ListQuery, Listed, Sort, SortKey, list};
pub use projector::{Documented, Draft, Stamps, artifact, condition, metadata, reference, sharing};
pub use query::{At, Found, Sighted, Which, get, selected, shared, siblings, sight, stored};

use sqlx::{PgExecutor, Row};
use uuid::Uuid;
use values::ScopeId;

/// Which document is asked for beside others: in which parent, of which kind, by its id.
pub type ById = (ScopeId, &'static str, Uuid);

/// The current documents that are asked for, each where it was asked for; deleted ones are found.
///
/// # Errors
/// The database could not answer.
pub async fn get_many(db: impl PgExecutor<'_>, wanted: &[ById]) -> Result<Vec<Option<Found>>, sqlx::Error> {
    let parents: Vec<Uuid> = wanted.iter().map(|(parent, ..)| parent.as_uuid()).collect();
    let kinds: Vec<&str> = wanted.iter().map(|(_, kind, _)| *kind).collect();
    let ids: Vec<Uuid> = wanted.iter().map(|(.., id)| *id).collect();
    let rows = sqlx::query(include_str!("sql/get_many_by_id.sql"))
        .bind(parents)
        .bind(kinds)
        .bind(ids)
        .fetch_all(db)
        .await?;
    let mut found = vec![None; wanted.len()];
    for row in &rows {
        let at = usize::try_from(row.try_get::<i64, _>("ordinality")? - 1).ok();
        if let Some(place) = at.and_then(|at| found.get_mut(at)) {
            *place = Some(Found::from_row(row)?);
        }
    }
    Ok(found)
}
