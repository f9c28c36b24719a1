//! The settings without which an acknowledged write may be lost.

use sqlx::PgPool;

use super::PostgresError;

/// Refuses a server that says `off` to `fsync`, `full_page_writes` or `synchronous_commit`, for the role and
/// database of `pool`. With `allow_unsafe` it only warns.
///
/// # Errors
///
/// [`PostgresError::NotDurable`] names the settings; [`PostgresError::Database`] if the server does not answer.
pub async fn require_durable(pool: &PgPool, allow_unsafe: bool) -> Result<(), PostgresError> {
    let off: Vec<String> = sqlx::query_scalar(
        "SELECT name || '=off' FROM unnest(ARRAY['fsync', 'full_page_writes', 'synchronous_commit']) AS name \
         WHERE current_setting(name) = 'off' ORDER BY name",
    )
    .fetch_all(pool)
    .await
    .map_err(PostgresError::database("be asked for its settings"))?;
    if off.is_empty() {
        return Ok(());
    }
    let settings = off.join(", ");
    if !allow_unsafe {
        return Err(PostgresError::NotDurable(settings));
    }
    tracing::warn!(
        settings,
        "The database may lose what it has acknowledged, as allowed by the command line"
    );
    Ok(())
}
