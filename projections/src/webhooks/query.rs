//! How far webhooks have got.

use sqlx::{PgExecutor, Row};
use uuid::Uuid;
use values::ScopeId;

/// How far a webhook has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The last position of the org that was sent, or that the filter left out.
    pub position: i64,
    /// Which restart it goes on from.
    pub restart: i64,
    /// How often the event that is next was tried.
    pub attempts: i32,
    /// When it is tried again, in microseconds since the epoch.
    pub next_attempt_at: Option<i64>,
    /// The last position of the org.
    pub head: i64,
}

/// How far a webhook of the org has got; `None` before it was first looked at.
///
/// # Errors
/// The database could not answer.
pub async fn cursor(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    webhook: Uuid,
) -> Result<Option<Cursor>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT c.position, c.restart, c.attempts, c.next_attempt_at, s.position AS head \
         FROM webhook_cursors c JOIN scopes s ON s.org_id = c.org_id \
         WHERE c.org_id = $1 AND c.webhook_id = $2",
    )
    .bind(org.as_uuid())
    .bind(webhook)
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Cursor {
            position: row.try_get("position")?,
            restart: row.try_get("restart")?,
            attempts: row.try_get("attempts")?,
            next_attempt_at: row.try_get("next_attempt_at")?,
            head: row.try_get("head")?,
        })
    })
    .transpose()
}
