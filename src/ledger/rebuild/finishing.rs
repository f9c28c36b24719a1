//! Finishing tables once all their rows are there, side by side: while the largest is sorted, so is what was said of the
//! others.

use super::connection::{connect, do_not_wait};
use super::models::tables;
use super::store::Tables;
use futures::stream::{self, StreamExt, TryStreamExt};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

/// How many tables are finished at once. Indexes of large ones are built by several processes each.
const AT_ONCE: usize = 2;
/// Lets one at a time finish a table.
const ADVISORY: i64 = 0x5144_6669_6e69;

/// Completes these tables and gives them their indexes. What was finished before somebody was killed is found finished.
pub(super) async fn finish(options: &PgConnectOptions, built: Tables<'_>) -> Result<(), sqlx::Error> {
    stream::iter(tables(built.models))
        .map(|table| finish_one(options, built, table))
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

async fn finish_one(options: &PgConnectOptions, built: Tables<'_>, table: &str) -> Result<(), sqlx::Error> {
    let mut db = connect(options).await?;
    let mut transaction = db.begin().await?;
    do_not_wait(&mut transaction).await?;
    wait_for_others(&mut transaction, table).await?;
    built.complete(&mut transaction, table).await?;
    built.index(&mut transaction, table).await?;
    transaction.commit().await?;
    db.close().await
}

/// Waits for how it ends where the connection of somebody who was killed a moment ago is still at it.
async fn wait_for_others(db: &mut PgConnection, table: &str) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, $2))")
        .bind(table)
        .bind(ADVISORY)
        .execute(db)
        .await?;
    Ok(())
}
