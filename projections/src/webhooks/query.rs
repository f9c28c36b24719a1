//! How far webhooks have got, and what became of their deliveries.

use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row};
use std::collections::HashMap;
use uuid::Uuid;
use values::ScopeId;

/// How far a webhook has got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The last position of the org that was sent, or that the filter left out.
    pub position: i64,
    /// How often the event that is next was tried.
    pub attempts: i32,
    /// When it is tried again, in microseconds since the epoch.
    pub next_attempt_at: Option<i64>,
    /// When an event was last delivered.
    pub last_delivered_at: Option<i64>,
    /// What came of the last attempt, where it failed.
    pub last_error: Option<String>,
    /// The last position of the org.
    pub head: i64,
    /// When the event after the position was recorded.
    pub behind_since: Option<i64>,
}

/// A delivery as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Its id.
    pub id: Uuid,
    /// The event's.
    pub event_id: Uuid,
    /// The event's type.
    pub event_type: String,
    /// The event's position in the org.
    pub position: i64,
    /// Where it stands.
    pub phase: String,
    /// When the first attempt was made, in microseconds since the epoch.
    pub created_at: i64,
    /// When it is tried again.
    pub next_attempt_at: Option<i64>,
    /// Every attempt, as JSON.
    pub attempts: String,
}

/// A place in a list of deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryPlace {
    /// When the first attempt was made.
    pub created_at: i64,
    /// The event's position in the org.
    pub position: i64,
    /// The delivery.
    pub id: Uuid,
}

/// How far webhooks of the org have got, by their ids; without those that were never looked at.
///
/// # Errors
/// The database could not answer.
pub async fn cursors(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    webhooks: &[Uuid],
) -> Result<HashMap<Uuid, Cursor>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT c.webhook_id, c.position, c.attempts, c.next_attempt_at, c.last_delivered_at, c.last_error, s.position AS head, \
             e.recorded_at AS behind_since \
         FROM unnest($2) AS w (id) JOIN webhook_cursors c ON c.org_id = $1 AND c.webhook_id = w.id \
         JOIN scopes s ON s.org_id = c.org_id \
         LEFT JOIN events e ON e.org_id = c.org_id AND e.org_position = c.position + 1",
    )
    .bind(org.as_uuid())
    .bind(webhooks)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("webhook_id")?, cursor(row)?))).collect()
}

fn cursor(row: &PgRow) -> Result<Cursor, sqlx::Error> {
    Ok(Cursor {
        position: row.try_get("position")?,
        attempts: row.try_get("attempts")?,
        next_attempt_at: row.try_get("next_attempt_at")?,
        last_delivered_at: row.try_get("last_delivered_at")?,
        last_error: row.try_get("last_error")?,
        head: row.try_get("head")?,
        behind_since: row.try_get("behind_since")?,
    })
}

/// Deliveries of a webhook of the org, newest first, after a place in that order.
///
/// # Errors
/// The database could not answer.
pub async fn deliveries(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    webhook: Uuid,
    phase: Option<&str>,
    after: Option<DeliveryPlace>,
    most: i64,
) -> Result<Vec<DeliveryRow>, sqlx::Error> {
    let after = after.unwrap_or(DeliveryPlace { created_at: i64::MAX, position: i64::MAX, id: Uuid::max() });
    let rows = sqlx::query(
        "SELECT id, event_id, event_type, position, phase, created_at, next_attempt_at, attempts FROM deliveries \
         WHERE org_id = $1 AND webhook_id = $2 AND (created_at, position, id) < ($3, $4, $5) \
             AND ($6::text IS NULL OR phase = $6) \
         ORDER BY created_at DESC, position DESC, id DESC LIMIT $7",
    )
    .bind(org.as_uuid())
    .bind(webhook)
    .bind(after.created_at)
    .bind(after.position)
    .bind(after.id)
    .bind(phase)
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.iter().map(delivery_row).collect()
}

/// A delivery of a webhook of the org.
///
/// # Errors
/// The database could not answer.
pub async fn delivery(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    webhook: Uuid,
    id: Uuid,
) -> Result<Option<DeliveryRow>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT id, event_id, event_type, position, phase, created_at, next_attempt_at, attempts FROM deliveries \
         WHERE org_id = $1 AND webhook_id = $2 AND id = $3",
    )
    .bind(org.as_uuid())
    .bind(webhook)
    .bind(id)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(delivery_row).transpose()
}

fn delivery_row(row: &PgRow) -> Result<DeliveryRow, sqlx::Error> {
    Ok(DeliveryRow {
        id: row.try_get("id")?,
        event_id: row.try_get("event_id")?,
        event_type: row.try_get("event_type")?,
        position: row.try_get("position")?,
        phase: row.try_get("phase")?,
        created_at: row.try_get("created_at")?,
        next_attempt_at: row.try_get("next_attempt_at")?,
        attempts: row.try_get("attempts")?,
    })
}
