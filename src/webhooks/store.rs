//! What the worker writes down: how far each webhook has got, and what became of each delivery.
//!
//! What came of an attempt and how far the webhook is are written in one transaction, and only while the lease is held:
//! a worker that was away for too long writes nothing over what another one did meanwhile.

use super::WORKER;
use crate::app::leases::Lease;
use api::{DeliveryAttempt, DeliveryPhase};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Postgres, Row, Transaction};
use uuid::Uuid;
use values::ScopeId;

/// The most attempts that a delivery remembers.
const MOST_ATTEMPTS: usize = 20;

/// A webhook that is sent to, and what there is to do for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Active {
    pub(super) org: ScopeId,
    pub(super) id: Uuid,
    /// Whether somebody changed it since it was last seen, or it was never seen.
    pub(super) is_news: bool,
    /// Whether something was asked to be sent again.
    pub(super) redelivers: bool,
    /// How many events of the org come after its position.
    pub(super) behind: i64,
    /// When the first of these was recorded.
    pub(super) behind_since: Option<i64>,
    pub(super) next_attempt_at: Option<i64>,
}

impl Active {
    /// Whether there is something to do for it now.
    pub(super) fn is_due(&self, now: i64) -> bool {
        let may_send = self.next_attempt_at.is_none_or(|at| at <= now);
        self.is_news || self.redelivers || (self.behind > 0 && may_send)
    }
}

/// How far a webhook has got.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// The last position of the org that was sent, or left out.
    pub(super) position: i64,
    /// Which restart it goes on from.
    pub(super) restart: i64,
    /// The version of the webhook that it was last seen at.
    pub(super) version: i64,
    /// How often the event that is next was tried.
    pub(super) attempts: i32,
    pub(super) next_attempt_at: Option<i64>,
    pub(super) last_delivered_at: Option<i64>,
    pub(super) last_error: Option<String>,
}

/// A delivery, as it is kept.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: Uuid,
    pub(super) event_id: Uuid,
    pub(super) event_type: String,
    pub(super) position: i64,
    pub(super) phase: DeliveryPhase,
    pub(super) created_at: i64,
    pub(super) next_attempt_at: Option<i64>,
    pub(super) attempts: Vec<DeliveryAttempt>,
}

/// Every webhook, of all orgs that are active, that is sent to.
pub(super) async fn active(pool: &PgPool) -> Result<Vec<Active>, sqlx::Error> {
    let rows = sqlx::query(include_str!("sql/active.sql")).fetch_all(pool).await?;
    rows.iter()
        .map(|row| {
            Ok(Active {
                org: ScopeId::from(row.try_get::<Uuid, _>("org_id")?),
                id: row.try_get("id")?,
                is_news: row.try_get("is_news")?,
                redelivers: row.try_get("redelivers")?,
                behind: row.try_get("behind")?,
                behind_since: row.try_get("behind_since")?,
                next_attempt_at: row.try_get("next_attempt_at")?,
            })
        })
        .collect()
}

/// The version of a webhook that may be sent to; `None` where it may not.
pub(super) async fn version(pool: &PgPool, org: ScopeId, webhook: Uuid) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT d.version FROM documents d JOIN documents o ON o.org_id = d.org_id AND o.id = d.org_id \
         WHERE d.org_id = $1 AND d.id = $2 AND d.phase = 'active' AND o.phase = 'active'",
    )
    .bind(org.as_uuid())
    .bind(webhook)
    .fetch_optional(pool)
    .await
}

/// The position of the org at which a webhook was made.
pub(super) async fn made_at(pool: &PgPool, org: ScopeId, webhook: Uuid) -> Result<i64, sqlx::Error> {
    let position: Option<i64> = sqlx::query_scalar(
        "SELECT org_position FROM events \
         WHERE org_id = $1 AND aggregate_type = 'webhook' AND aggregate_id = $2 AND sequence = 1",
    )
    .bind(org.as_uuid())
    .bind(webhook.to_string())
    .fetch_optional(pool)
    .await?;
    Ok(position.unwrap_or(0))
}

/// How far a webhook has got; `None` where it was never seen.
pub(super) async fn progress(
    pool: &PgPool,
    org: ScopeId,
    webhook: Uuid,
) -> Result<Option<Progress>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT position, restart, version, attempts, next_attempt_at, last_delivered_at, last_error \
         FROM webhook_cursors WHERE org_id = $1 AND webhook_id = $2",
    )
    .bind(org.as_uuid())
    .bind(webhook)
    .fetch_optional(pool)
    .await?;
    row.map(|row| {
        Ok(Progress {
            position: row.try_get("position")?,
            restart: row.try_get("restart")?,
            version: row.try_get("version")?,
            attempts: row.try_get("attempts")?,
            next_attempt_at: row.try_get("next_attempt_at")?,
            last_delivered_at: row.try_get("last_delivered_at")?,
            last_error: row.try_get("last_error")?,
        })
    })
    .transpose()
}

/// What was asked to be sent again: what waits at or before the webhook's position.
pub(super) async fn to_redeliver(
    pool: &PgPool,
    org: ScopeId,
    webhook: Uuid,
    position: i64,
) -> Result<Vec<Kept>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT id, event_id, event_type, position, created_at, attempts FROM deliveries \
         WHERE org_id = $1 AND webhook_id = $2 AND phase = 'pending' AND position <= $3 ORDER BY position LIMIT 100",
    )
    .bind(org.as_uuid())
    .bind(webhook)
    .bind(position)
    .fetch_all(pool)
    .await?;
    rows.iter().map(kept).collect()
}

/// The delivery of an event that is on its way.
pub(super) async fn on_its_way(
    pool: &PgPool,
    org: ScopeId,
    webhook: Uuid,
    position: i64,
) -> Result<Option<Kept>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT id, event_id, event_type, position, created_at, attempts FROM deliveries \
         WHERE org_id = $1 AND webhook_id = $2 AND phase = 'pending' AND position = $3 ORDER BY id LIMIT 1",
    )
    .bind(org.as_uuid())
    .bind(webhook)
    .bind(position)
    .fetch_optional(pool)
    .await?;
    row.as_ref().map(kept).transpose()
}

fn kept(row: &PgRow) -> Result<Kept, sqlx::Error> {
    let attempts: &str = row.try_get("attempts")?;
    Ok(Kept {
        id: row.try_get("id")?,
        event_id: row.try_get("event_id")?,
        event_type: row.try_get("event_type")?,
        position: row.try_get("position")?,
        phase: DeliveryPhase::Pending,
        created_at: row.try_get("created_at")?,
        next_attempt_at: None,
        attempts: serde_json::from_str(attempts).map_err(|error| sqlx::Error::Decode(error.into()))?,
    })
}

/// Writes down how far a webhook is and, where there is one, what became of a delivery: both or neither. Says whether
/// the lease is held still; where it is not, nothing is written.
pub(super) async fn save(
    pool: &PgPool,
    lease: &Lease,
    (org, webhook): (ScopeId, Uuid),
    progress: &Progress,
    delivery: Option<&Kept>,
) -> Result<bool, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    if !is_held(&mut transaction, lease).await? {
        return Ok(false);
    }
    if let Some(delivery) = delivery {
        save_delivery(&mut transaction, org, webhook, delivery).await?;
    }
    sqlx::query(
        "INSERT INTO webhook_cursors \
             (org_id, webhook_id, position, restart, version, attempts, next_attempt_at, last_delivered_at, last_error) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (org_id, webhook_id) DO UPDATE SET position = excluded.position, restart = excluded.restart, \
             version = excluded.version, attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at, \
             last_delivered_at = excluded.last_delivered_at, last_error = excluded.last_error",
    )
    .bind(org.as_uuid())
    .bind(webhook)
    .bind(progress.position)
    .bind(progress.restart)
    .bind(progress.version)
    .bind(progress.attempts)
    .bind(progress.next_attempt_at)
    .bind(progress.last_delivered_at)
    .bind(progress.last_error.as_deref())
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(true)
}

/// Whether the lease is held, and stays so until the transaction ends.
async fn is_held(transaction: &mut Transaction<'_, Postgres>, lease: &Lease) -> Result<bool, sqlx::Error> {
    debug_assert_eq!(lease.name, WORKER, "there is one lease for all workers");
    let held = sqlx::query("SELECT 1 FROM leases WHERE name = $1 AND holder = $2 FOR SHARE")
        .bind(lease.name)
        .bind(lease.holder)
        .fetch_optional(&mut **transaction)
        .await?;
    Ok(held.is_some())
}

async fn save_delivery(
    connection: &mut PgConnection,
    org: ScopeId,
    webhook: Uuid,
    delivery: &Kept,
) -> Result<(), sqlx::Error> {
    let surplus = delivery.attempts.len().saturating_sub(MOST_ATTEMPTS);
    let attempts = serde_json::to_string(&delivery.attempts[surplus..])
        .map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(
        "INSERT INTO deliveries (org_id, webhook_id, id, event_id, event_type, position, phase, created_at, \
             next_attempt_at, attempts) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (org_id, webhook_id, id) DO UPDATE SET phase = excluded.phase, \
             next_attempt_at = excluded.next_attempt_at, attempts = excluded.attempts",
    )
    .bind(org.as_uuid())
    .bind(webhook)
    .bind(delivery.id)
    .bind(delivery.event_id)
    .bind(&delivery.event_type)
    .bind(delivery.position)
    .bind(delivery.phase.as_str())
    .bind(delivery.created_at)
    .bind(delivery.next_attempt_at)
    .bind(attempts)
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives up what is on its way of the events after a position, up to another: it is not wanted any more.
pub(super) async fn give_up(
    pool: &PgPool,
    (org, webhook): (ScopeId, Uuid),
    after: i64,
    until: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE deliveries SET phase = 'failed', next_attempt_at = NULL \
         WHERE org_id = $1 AND webhook_id = $2 AND phase = 'pending' AND position > $3 AND position <= $4",
    )
    .bind(org.as_uuid())
    .bind(webhook)
    .bind(after)
    .bind(until)
    .execute(pool)
    .await?;
    Ok(())
}

/// Forgets, of all webhooks, deliveries that were first tried before a time.
pub(super) async fn forget_before(pool: &PgPool, time: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM deliveries WHERE created_at < $1 AND phase <> 'pending'")
        .bind(time)
        .execute(pool)
        .await?;
    Ok(())
}

/// Forgets all but the newest deliveries of a webhook.
pub(super) async fn forget_all_but(
    pool: &PgPool,
    org: ScopeId,
    webhook: Uuid,
    newest: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM deliveries d USING ( \
             SELECT created_at, position, id FROM deliveries WHERE org_id = $1 AND webhook_id = $2 \
             ORDER BY created_at DESC, position DESC, id DESC OFFSET $3 LIMIT 1) AS last \
         WHERE d.org_id = $1 AND d.webhook_id = $2 AND d.phase <> 'pending' \
             AND (d.created_at, d.position, d.id) <= (last.created_at, last.position, last.id)",
    )
    .bind(org.as_uuid())
    .bind(webhook)
    .bind(newest)
    .execute(pool)
    .await?;
    Ok(())
}
