//! Artifacts: bytes that events refer to, stored before the command that refers to them.
//!
//! Admission looks whether they are there. What sweeps away those that nothing refers to holds the ledger's lock and
//! moves its head ([`sweep`]), so that what was there when a unit was judged is there when it is recorded, and stays
//! from then on.

use super::unit::Unit;
use aggregates::facts::Requirement;
use sqlx::{Connection, PgConnection};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{ScopeId, Sha256Hex};

/// The bytes of one artifact: whose, and which.
pub type Key = (ScopeId, Sha256Hex);

/// The artifacts that a unit's events refer to.
pub fn required(unit: &Unit) -> impl Iterator<Item = Key> + '_ {
    unit.changes.iter().flat_map(|change| &change.requirements).filter_map(|requirement| match requirement {
        Requirement::Stored { scope, sha256 } => Some((*scope, sha256.clone())),
        Requirement::InPhase { .. }
        | Requirement::Unused(_)
        | Requirement::AtMost { .. }
        | Requirement::NoneRemains(_)
        | Requirement::OneRemains(_)
        | Requirement::Holds { .. } => None,
    })
}

/// Whether one is there, or would be: a dry run stores nothing.
#[must_use]
pub fn is_there(unit: &Unit, stored: &BTreeSet<Key>, scope: ScopeId, sha256: &Sha256Hex) -> bool {
    let key = (scope, sha256.clone());
    stored.contains(&key) || unit.would_store.contains(&key)
}

/// Forgets up to `most` artifacts that nothing refers to and that were last stored at `until` or before, in
/// microseconds since the epoch. Returns how many there were.
///
/// # Errors
/// The database could not answer.
pub async fn sweep(db: &mut PgConnection, until: i64, most: i64) -> Result<u64, sqlx::Error> {
    let due = sqlx::query("SELECT 1 FROM artifacts WHERE NOT used AND stored_at <= $1 LIMIT 1")
        .bind(until)
        .fetch_optional(&mut *db)
        .await?;
    if due.is_none() {
        return Ok(0);
    }
    let mut transaction = db.begin().await?;
    // A batch that was judged before this and is recorded after it finds that the head has moved, and is judged again.
    sqlx::query("UPDATE ledger_head SET recorded_at = recorded_at + 1").execute(&mut *transaction).await?;
    let swept = sqlx::query(
        "DELETE FROM artifacts WHERE (org_id, sha256) IN ( \
             SELECT org_id, sha256 FROM artifacts WHERE NOT used AND stored_at <= $1 ORDER BY stored_at LIMIT $2)",
    )
    .bind(until)
    .bind(most)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(swept.rows_affected())
}

/// Keys in columns.
pub(super) fn columns<'k>(keys: impl IntoIterator<Item = &'k Key>) -> (Vec<Uuid>, Vec<&'k str>) {
    keys.into_iter().map(|(scope, sha256)| (scope.as_uuid(), sha256.as_str())).unzip()
}
