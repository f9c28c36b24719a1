//! From a webhook's state to its document.

use crate::documents::{Documented, Draft, Stamps, metadata};
use aggregates::webhook::{Halt, Webhook};
use api::{Condition, ConditionStatus, WebhookKind, WebhookPhase, WebhookSpec, WebhookStatus};
use serde::de::Error;

impl Documented for Webhook {
    const KIND: &'static str = "Webhook";

    fn is_deleted(&self) -> bool {
        self.deleted
    }

    fn phase(&self) -> &'static str {
        match phase(self) {
            WebhookPhase::Active => "active",
            WebhookPhase::Paused => "paused",
            WebhookPhase::Disabled => "disabled",
            WebhookPhase::Deleted => "deleted",
        }
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let spec = self.spec.as_ref().ok_or_else(|| serde_json::Error::custom("a webhook goes somewhere"))?;
        let name = self.name.as_ref().map_or("", |name| name.as_str());
        let document = api::Webhook {
            api_version: api::ApiVersion::V1,
            kind: WebhookKind::It,
            metadata: metadata(stamps, name, &self.profile),
            spec: self::spec(spec),
            status: WebhookStatus {
                phase: phase(self),
                conditions: self.halt.iter().map(|_| sending(self, stamps)).collect(),
                secret_version: self.secrets.version,
                previous_secret_until: self.secrets.previous_until,
                signing_secret: None,
                progress: None,
            },
        };
        Ok(Draft {
            kind: Self::KIND,
            parent: stamps.scope.as_uuid(),
            name: name.to_owned(),
            phase: self.phase(),
            labels: self.profile.labels.clone(),
            search: format!("{name} {} {}", self.profile.display_name.as_str(), spec.url).to_lowercase(),
            external_id: None,
            owner: None,
            json: serde_json::to_string(&document)?,
        })
    }
}

/// What people set, as it is shown.
pub(super) fn spec(spec: &aggregates::webhook::WebhookSpec) -> WebhookSpec {
    WebhookSpec { url: spec.url.clone(), types: spec.types.clone(), after: spec.after, enabled: spec.enabled }
}

fn phase(webhook: &Webhook) -> WebhookPhase {
    match (webhook.deleted, webhook.halt) {
        (true, _) => WebhookPhase::Deleted,
        (false, Some((Halt::Gone, _))) => WebhookPhase::Disabled,
        (false, None) if webhook.is_active() => WebhookPhase::Active,
        (false, Some((Halt::GaveUp, _)) | None) => WebhookPhase::Paused,
    }
}

/// That the system stopped sending, and why.
fn sending(webhook: &Webhook, stamps: &Stamps) -> Condition {
    let (reason, message) = match webhook.halt {
        Some((Halt::Gone, _)) => ("Gone", "The address answered 410 Gone: POST …/resume sends again."),
        Some((Halt::GaveUp, _)) => {
            ("AttemptsExhausted", "Every attempt to send one event failed: POST …/resume goes on from there.")
        }
        None => ("Sending", ""),
    };
    Condition {
        kind: "Sending".to_owned(),
        status: ConditionStatus::False,
        reason: reason.to_owned(),
        message: message.to_owned(),
        last_transition_time: webhook.halt.map_or(stamps.updated_at, |(_, since)| since),
        observed_generation: stamps.version,
    }
}
