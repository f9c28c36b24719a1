//! What events take and give up, stored without the events: names, references, and parts of pools. The rows are those
//! that [`record`] makes of a batch.

use crate::ledger::pools::PoolChanges;
use crate::ledger::record;
use crate::ledger::stamp::Batch;
use sqlx::PgConnection;

/// Stores which names are taken and given up, and what begins and stops to lean on what.
pub(super) async fn names(db: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    record::names(sqlx::query(include_str!("sql/fill_names.sql")), batch).execute(db).await?;
    Ok(())
}

/// Stores limits of pools and what is held of them.
pub(super) async fn pools(db: &mut PgConnection, changes: &PoolChanges) -> Result<(), sqlx::Error> {
    if !changes.limits.is_empty() || !changes.holdings.is_empty() {
        record::pools(sqlx::query(include_str!("sql/fill_pools.sql")), changes).execute(db).await?;
    }
    Ok(())
}
