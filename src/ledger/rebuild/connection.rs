//! Connections that build the next generation of read models.

use super::RebuildError;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection};

/// Lets one rebuild at a time.
const ADVISORY: i64 = 0x5144_7265_6275;
/// A table is in use.
const LOCK_NOT_AVAILABLE: &str = "55P03";
/// As much, found out earlier.
const DEADLOCK_DETECTED: &str = "40P01";

/// A connection that finds the next generation's tables by their names, and the live ones where there is none. It ends
/// with this process, whatever it is doing.
pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let mut db = PgConnection::connect_with(options).await?;
    db.execute(
        "SET client_connection_check_interval = '1s'; SET lock_timeout = '30s'; \
         SELECT set_config('search_path', 'next_generation, ' || current_setting('search_path'), false)",
    )
    .await?;
    Ok(db)
}

/// Lets nobody else rebuild as long as the connection lasts.
pub(super) async fn be_alone(db: &mut PgConnection) -> Result<(), RebuildError> {
    let is_there: bool = sqlx::query_scalar("SELECT to_regclass('next_generation.progress') IS NOT NULL")
        .fetch_one(&mut *db)
        .await?;
    if !is_there {
        return Err(RebuildError::NotMigrated);
    }
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(ADVISORY)
        .execute(db)
        .await
        .map_err(|error| if is_in_use(&error) { RebuildError::AtIt } else { error.into() })?;
    Ok(())
}

/// Ends a step before it is on disk: a crash of PostgreSQL takes the last ones back, rows and position together. The
/// switch waits for the disk, and so for all of them.
pub(super) async fn do_not_wait(db: &mut PgConnection) -> Result<(), sqlx::Error> {
    db.execute("SET LOCAL synchronous_commit = off").await?;
    Ok(())
}

/// Whether nothing is wrong but that somebody reads what is to be replaced.
pub(super) fn is_in_use(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| [LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED].contains(&&*code))
}
