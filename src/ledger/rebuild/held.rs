//! What events take and give up, stored without the events in tables that have their keys: names, references, parts of
//! pools, and where scopes end. The rows are those that [`record`] makes of a batch.

use crate::ledger::record;
use crate::ledger::stamp::Batch;
use sqlx::PgConnection;

/// Stores all of it.
pub(super) async fn hold(db: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    if !batch.claims.is_empty() || !batch.references.is_empty() {
        record::names(sqlx::query(include_str!("sql/fill_names.sql")), batch).execute(&mut *db).await?;
    }
    if !batch.pools.limits.is_empty() || !batch.pools.holdings.is_empty() {
        record::pools(sqlx::query(include_str!("sql/fill_pools.sql")), &batch.pools)
            .execute(&mut *db)
            .await?;
    }
    if !batch.scopes.is_empty() {
        record::scopes(sqlx::query(include_str!("sql/move_scopes.sql")), batch).execute(db).await?;
    }
    Ok(())
}
