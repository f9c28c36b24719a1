//! What became of what was sent to webhooks.

use super::{App, Refused};
use crate::clock::at_micros;
use api::{Delivery, DeliveryMetadata, DeliveryPhase, DeliverySpec, DeliveryStatus};
use projections::webhooks::{self, DeliveryPlace, DeliveryRow};
use serde::de::value::{Error, StrDeserializer};
use serde::de::{Deserialize, IntoDeserializer};
use std::sync::Arc;
use uuid::Uuid;
use values::ScopeId;

impl App {
    /// Deliveries of a webhook, newest first, after a place in that order.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn deliveries(
        &self,
        org: ScopeId,
        webhook: Uuid,
        phase: Option<DeliveryPhase>,
        after: Option<DeliveryPlace>,
        most: i64,
    ) -> Result<Vec<Delivery>, Refused> {
        let phase = phase.map(DeliveryPhase::as_str);
        let rows = webhooks::deliveries(&self.pool, org, webhook, phase, after, most).await?;
        rows.into_iter().map(|row| shown(org, webhook, row)).collect()
    }

    /// A delivery of a webhook; `None` where there is none, or it is kept no more.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn delivery(&self, org: ScopeId, webhook: Uuid, id: Uuid) -> Result<Option<Delivery>, Refused> {
        let row = webhooks::delivery(&self.pool, org, webhook, id).await?;
        row.map(|row| shown(org, webhook, row)).transpose()
    }

    /// Has a delivery sent once more, as soon as the webhook's worker looks. What is on its way is tried at once.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn send_again(&self, org: ScopeId, webhook: Uuid, id: Uuid) -> Result<(), Refused> {
        sqlx::query(
            "UPDATE deliveries SET phase = 'pending', next_attempt_at = $4 \
             WHERE org_id = $1 AND webhook_id = $2 AND id = $3",
        )
        .bind(org.as_uuid())
        .bind(webhook)
        .bind(id)
        .bind(self.clock.now().as_micros())
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

fn shown(org: ScopeId, webhook: Uuid, row: DeliveryRow) -> Result<Delivery, Refused> {
    let phase: StrDeserializer<'_, Error> = row.phase.as_str().into_deserializer();
    let phase = DeliveryPhase::deserialize(phase).map_err(|error| Refused::Broken(Arc::new(error)))?;
    let attempts = serde_json::from_str(&row.attempts).map_err(|error| Refused::Broken(Arc::new(error)))?;
    Ok(Delivery {
        kind: "Delivery".to_owned(),
        metadata: DeliveryMetadata {
            id: row.id,
            org_id: org.as_uuid(),
            webhook_id: webhook,
            created_at: at_micros(row.created_at),
        },
        spec: DeliverySpec { event_id: row.event_id, event_type: row.event_type, position: row.position },
        status: DeliveryStatus { phase, next_attempt_at: row.next_attempt_at.map(at_micros), attempts },
    })
}
