//! What was said of names, references, parts of pools and scopes while tables are filled: appended to tables of their own,
//! without keys. The last word on each is looked for once, when everything is said: that is sorting, and a tenth of the work
//! of finding each row again whenever something is said of it.

use crate::ledger::record;
use crate::ledger::stamp::Batch;
use sqlx::{Executor, PgConnection};

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
         ALTER TABLE pool_limits_said ADD said bigint NOT NULL, ALTER at_most DROP NOT NULL",
        include_str!("sql/conclude_pool_limits.sql"),
    ),
    (
        "pool_holdings",
        "ALTER TABLE pool_holdings RENAME TO pool_holdings_said; \
         ALTER TABLE pool_holdings_said ADD said bigint NOT NULL, ALTER amount DROP NOT NULL",
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
    if !batch.claims.is_empty() {
        let statement = sqlx::query(include_str!("sql/say_claims.sql")).bind(position);
        record::claims(statement, batch).execute(&mut *db).await?;
    }
    if !batch.references.is_empty() {
        let statement = sqlx::query(include_str!("sql/say_references.sql")).bind(position);
        record::references(statement, batch).execute(&mut *db).await?;
    }
    if !batch.pools.limits.is_empty() || !batch.pools.holdings.is_empty() {
        let statement = sqlx::query(include_str!("sql/say_pools.sql")).bind(position);
        record::pools(statement, &batch.pools).execute(&mut *db).await?;
    }
    if !batch.scopes.is_empty() {
        record::scopes(sqlx::query(include_str!("sql/say_scopes.sql")), batch).execute(db).await?;
    }
    Ok(())
}

/// Fills these tables with the last words, and forgets the others.
pub(super) async fn conclude(db: &mut PgConnection, tables: &[&str]) -> Result<(), sqlx::Error> {
    for (_, _, conclude) in LAST_WORDS.iter().filter(|(table, ..)| tables.contains(table)) {
        db.execute(*conclude).await?;
    }
    Ok(())
}
