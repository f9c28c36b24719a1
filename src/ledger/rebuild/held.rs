//! What events take and give up, stored without the events: names, references, and parts of pools. The rows are those
//! that [`record`](crate::ledger::record) makes of a batch.

use crate::ledger::pools::PoolChanges;
use crate::ledger::stamp::Batch;
use sqlx::PgConnection;
use values::{Quantity, Timestamp};

/// Stores which names are taken and given up, and what begins and stops to lean on what.
pub(super) async fn names(db: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let claims = || batch.claims.keys();
    let references = || batch.references.keys();
    let ends = || batch.references.values();
    sqlx::query(include_str!("sql/fill_names.sql"))
        .bind(claims().map(|claim| claim.scope.as_uuid()).collect::<Vec<_>>())
        .bind(claims().map(|claim| claim.kind.as_str()).collect::<Vec<_>>())
        .bind(claims().map(|claim| claim.key.as_str()).collect::<Vec<_>>())
        .bind(batch.claims.values().copied().collect::<Vec<_>>())
        .bind(references().map(|(to, _)| to.scope.as_uuid()).collect::<Vec<_>>())
        .bind(references().map(|(to, _)| to.id).collect::<Vec<_>>())
        .bind(references().map(|(to, _)| to.kind.as_str()).collect::<Vec<_>>())
        .bind(references().map(|(_, from)| *from).collect::<Vec<_>>())
        .bind(ends().map(Option::is_some).collect::<Vec<_>>())
        .bind(ends().map(|end| end.flatten().map(Timestamp::as_micros)).collect::<Vec<_>>())
        .execute(db)
        .await?;
    Ok(())
}

/// Stores limits of pools and what is held of them.
pub(super) async fn pools(db: &mut PgConnection, changes: &PoolChanges) -> Result<(), sqlx::Error> {
    if !changes.limits.is_empty() {
        let pools = || changes.limits.keys();
        sqlx::query(include_str!("sql/fill_pool_limits.sql"))
            .bind(pools().map(|pool| pool.scope.as_uuid()).collect::<Vec<_>>())
            .bind(pools().map(|pool| pool.id).collect::<Vec<_>>())
            .bind(pools().map(|pool| pool.resource.as_str()).collect::<Vec<_>>())
            .bind(changes.limits.values().copied().map(stored).collect::<Vec<_>>())
            .execute(&mut *db)
            .await?;
    }
    if !changes.holdings.is_empty() {
        let holdings = || changes.holdings.keys();
        sqlx::query(include_str!("sql/fill_pool_holdings.sql"))
            .bind(holdings().map(|(pool, _)| pool.scope.as_uuid()).collect::<Vec<_>>())
            .bind(holdings().map(|(pool, _)| pool.id).collect::<Vec<_>>())
            .bind(holdings().map(|(pool, _)| pool.resource.as_str()).collect::<Vec<_>>())
            .bind(holdings().map(|(_, holder)| *holder).collect::<Vec<_>>())
            .bind(changes.holdings.values().copied().map(stored).collect::<Vec<_>>())
            .execute(db)
            .await?;
    }
    Ok(())
}

fn stored(amount: Option<Quantity>) -> Option<String> {
    amount.map(|amount| amount.as_nanos().to_string())
}
