//! What was said of names, references, parts of pools and scopes while tables are filled: appended to tables of their own,
//! without keys. The last word on each is looked for once, when everything is said: that is sorting, and a tenth of the work
//! of finding each row again whenever something is said of it.

use super::copy::Rows;
use crate::ledger::pools::stored;
use crate::ledger::stamp::Batch;
use sqlx::{Executor, PgConnection};
use values::Timestamp;

/// What a row takes up, in bytes; roughly.
const ROW: usize = 128;

/// Of each table in which rows are found again: what makes it the table of what is said, and what is concluded from that.
const LAST_WORDS: [(&str, &str, &str); 5] = [
    (
        "claims",
        "ALTER TABLE claims RENAME TO claims_said; \
         ALTER TABLE claims_said ADD said bigint NOT NULL, ALTER aggregate_id DROP NOT NULL",
        include_str!("sql/conclude_claims.sql"),
    ),
    (
        "object_references",
        "ALTER TABLE object_references RENAME TO object_references_said; \
         ALTER TABLE object_references_said ADD said bigint NOT NULL, ADD stays boolean NOT NULL",
        include_str!("sql/conclude_references.sql"),
    ),
    (
        "pool_limits",
        "ALTER TABLE pool_limits RENAME TO pool_limits_said; \
         ALTER TABLE pool_limits_said ADD said bigint NOT NULL, ALTER at_most DROP NOT NULL, ALTER at_most TYPE text",
        include_str!("sql/conclude_pool_limits.sql"),
    ),
    (
        "pool_holdings",
        "ALTER TABLE pool_holdings RENAME TO pool_holdings_said; \
         ALTER TABLE pool_holdings_said ADD said bigint NOT NULL, ALTER amount DROP NOT NULL, ALTER amount TYPE text",
        include_str!("sql/conclude_pool_holdings.sql"),
    ),
    ("scopes", "ALTER TABLE scopes RENAME TO scopes_said", include_str!("sql/conclude_scopes.sql")),
];

/// Turns an empty table that was just made into the one of what is said, if rows are found again in it; then another one
/// must be made.
pub(super) async fn set_aside(db: &mut PgConnection, table: &str) -> Result<bool, sqlx::Error> {
    let Some((_, alter, _)) = LAST_WORDS.iter().find(|(of, ..)| *of == table) else { return Ok(false) };
    db.execute(*alter).await?;
    Ok(true)
}

/// Adds what the events up to a position say. What is said of one thing by one position is one word.
pub(super) async fn say(db: &mut PgConnection, batch: &Batch, position: i64) -> Result<(), sqlx::Error> {
    say_claims(db, batch, position).await?;
    say_references(db, batch, position).await?;
    say_pools(db, batch, position).await?;
    say_scopes(db, batch).await
}

async fn say_claims(db: &mut PgConnection, batch: &Batch, position: i64) -> Result<(), sqlx::Error> {
    let mut rows = Rows::new(5, batch.claims.len() * ROW);
    for (claim, holder) in &batch.claims {
        let row = rows.begin().bigint(position).uuid(claim.scope.as_uuid());
        row.text(claim.kind.as_str()).text(claim.key.as_str()).uuid(*holder);
    }
    rows.send(db, "COPY claims_said (said, org_id, kind, key, aggregate_id) FROM STDIN (FORMAT binary)").await
}

async fn say_references(db: &mut PgConnection, batch: &Batch, position: i64) -> Result<(), sqlx::Error> {
    let mut rows = Rows::new(7, batch.references.len() * ROW);
    for ((to, from), end) in &batch.references {
        let row = rows.begin().bigint(position).uuid(to.scope.as_uuid()).uuid(to.id).text(to.kind.as_str());
        row.uuid(*from).boolean(end.is_some()).bigint(end.flatten().map(Timestamp::as_micros));
    }
    let statement = "COPY object_references_said (said, org_id, to_id, kind, from_id, stays, until) \
                     FROM STDIN (FORMAT binary)";
    rows.send(db, statement).await
}

async fn say_pools(db: &mut PgConnection, batch: &Batch, position: i64) -> Result<(), sqlx::Error> {
    let (limits, holdings) = (&batch.pools.limits, &batch.pools.holdings);
    let mut rows = Rows::new(5, limits.len() * ROW);
    for (pool, at_most) in limits {
        let row = rows.begin().bigint(position).uuid(pool.scope.as_uuid()).uuid(pool.id);
        row.text(pool.resource.as_str()).text(at_most.map(stored).as_deref());
    }
    let statement = "COPY pool_limits_said (said, org_id, pool_id, resource, at_most) \
                     FROM STDIN (FORMAT binary)";
    rows.send(db, statement).await?;
    let mut rows = Rows::new(6, holdings.len() * ROW);
    for ((pool, holder), amount) in holdings {
        let row = rows.begin().bigint(position).uuid(pool.scope.as_uuid()).uuid(pool.id);
        row.text(pool.resource.as_str()).uuid(*holder).text(amount.map(stored).as_deref());
    }
    let statement = "COPY pool_holdings_said (said, org_id, pool_id, resource, holder_id, amount) \
                     FROM STDIN (FORMAT binary)";
    rows.send(db, statement).await
}

async fn say_scopes(db: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let mut rows = Rows::new(3, batch.scopes.len() * ROW);
    for (id, scope) in &batch.scopes {
        rows.begin().uuid(id.as_uuid()).bigint(scope.position).bigint(scope.authority);
    }
    rows.send(db, "COPY scopes_said (org_id, position, authority) FROM STDIN (FORMAT binary)").await
}

/// Fills a table with the last words, and forgets the others. Where that was done, or is not how the table is filled,
/// nothing happens.
pub(super) async fn conclude(db: &mut PgConnection, table: &str) -> Result<(), sqlx::Error> {
    let Some((.., conclude)) = LAST_WORDS.iter().find(|(of, ..)| *of == table) else { return Ok(()) };
    let is_open: bool = sqlx::query_scalar("SELECT to_regclass($1 || '_said') IS NOT NULL")
        .bind(table)
        .fetch_one(&mut *db)
        .await?;
    if is_open {
        db.execute(*conclude).await?;
    }
    Ok(())
}
