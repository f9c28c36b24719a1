//! Webhooks: where the events of an org are sent.

use crate::resource::{Owned, reply};
use crate::{ApiVersion, Condition, MetadataInput};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;
use values::{HttpUrl, Timestamp, TypePattern};

reply! {
    /// An address outside to which the events of an org are sent, in order.
    Webhook, WebhookKind = "Webhook", WebhookSpec, WebhookStatus
}

/// A webhook, as sent.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebhookInput {
    /// Always `v1`.
    #[serde(default)]
    pub api_version: ApiVersion,
    /// Always `Webhook`.
    #[serde(default)]
    pub kind: WebhookKind,
    /// What identifies it.
    pub metadata: MetadataInput,
    /// What people set.
    pub spec: WebhookSpec,
    #[serde(default)]
    #[schema(ignore)]
    status: Owned,
}

/// What people set on a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebhookSpec {
    /// Where events are sent, each by a POST of its own. `https`, and a public address, unless the service was started
    /// with `--allow-private-webhooks`.
    pub url: HttpUrl,
    /// Which types of events are sent: each in full, or with a `*` at its end. None means all.
    #[serde(default)]
    #[schema(max_items = 64)]
    pub types: BTreeSet<TypePattern>,
    /// After which position of the org the first event comes: `0` sends all there ever were. Left out: those after the
    /// webhook was made. Said once; `/replay` starts anew elsewhere.
    #[serde(default)]
    #[schema(minimum = 0)]
    pub after: Option<i64>,
    /// Whether events are sent. While they are not, they wait.
    #[serde(default = "yes")]
    pub enabled: bool,
}

const fn yes() -> bool {
    true
}

/// What the system says of a webhook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookStatus {
    /// Where it stands.
    pub phase: WebhookPhase,
    /// What is the case about it.
    pub conditions: Vec<Condition>,
    /// Counts the secrets that there were; the newest signs.
    pub secret_version: i64,
    /// Until when the secret before signs beside it.
    pub previous_secret_until: Option<Timestamp>,
    /// The secret that signs, after Standard Webhooks: `whsec_` and 24 bytes or more in base64. Only in the reply that
    /// issues it; `null` where that reply is given again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub signing_secret: Option<Option<String>>,
    /// How far it has got. Only when it is read as it is now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub progress: Option<WebhookProgress>,
}

/// How far a webhook has got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookProgress {
    /// The last position of the org that was sent, or that its filter left out.
    pub position: i64,
    /// How many positions of the org come after it.
    pub behind: i64,
    /// How long ago the first of these was recorded, in seconds; 0 where there is none.
    pub behind_seconds: i64,
    /// How often the event that is next was tried.
    pub attempts: i32,
    /// When it is tried again; `null` where nothing waits.
    pub next_attempt_at: Option<Timestamp>,
    /// When an event was last delivered.
    pub last_delivered_at: Option<Timestamp>,
    /// What came of the last attempt, in words, where it failed.
    pub last_error: Option<String>,
}

/// Where a webhook stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum WebhookPhase {
    /// Events are sent.
    Active,
    /// Events wait, because somebody paused it or because every attempt to send one failed.
    Paused,
    /// Events wait, because the address answered 410 Gone.
    Disabled,
    /// Deleted; restoring brings it back.
    Deleted,
}

/// From where a webhook is sent everything again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplayFrom {
    /// After this position of the org; `0` for everything there ever was.
    #[schema(minimum = 0, example = 0)]
    pub after: i64,
}

/// How a signing secret is rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RotateSecret {
    /// How long the secret before signs beside the new one, in hours.
    #[schema(minimum = 0, maximum = 168, example = 24)]
    #[serde(deserialize_with = "crate::resource::hours::<_, 0, 168>")]
    pub overlap_hours: u32,
}

impl Default for RotateSecret {
    fn default() -> Self {
        Self { overlap_hours: 24 }
    }
}

/// One event on its way to a webhook, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// Always `Delivery`.
    #[schema(example = "Delivery")]
    pub kind: String,
    /// What identifies it.
    pub metadata: DeliveryMetadata,
    /// What is sent.
    pub spec: DeliverySpec,
    /// What became of it.
    pub status: DeliveryStatus,
}

/// What identifies a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryMetadata {
    /// The delivery's own id.
    pub id: Uuid,
    /// The org.
    pub org_id: Uuid,
    /// The webhook.
    pub webhook_id: Uuid,
    /// When the first attempt was made.
    pub created_at: Timestamp,
}

/// What a delivery sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliverySpec {
    /// The event's id, also the header `webhook-id`.
    pub event_id: Uuid,
    /// The event's type.
    pub event_type: String,
    /// The event's position in the org.
    pub position: i64,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryStatus {
    /// Where it stands.
    pub phase: DeliveryPhase,
    /// When it is tried again; `null` where it is not.
    pub next_attempt_at: Option<Timestamp>,
    /// Every attempt, oldest first; of many the last 20.
    pub attempts: Vec<DeliveryAttempt>,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum DeliveryPhase {
    /// It was tried, and is tried again.
    Pending,
    /// It was answered with success (2xx).
    Delivered,
    /// It is tried no more.
    Failed,
}

impl DeliveryPhase {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// One attempt to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryAttempt {
    /// When.
    pub at: Timestamp,
    /// What came of it: `delivered`, `refused` (a status that is no success), `gone` (410), `throttled` (429, 503),
    /// `redirected`, `unresolved`, `blocked` (not a public address), `unreachable`, `tls`, `timeout`, `broken` (no
    /// answer that is HTTP).
    #[schema(example = "refused")]
    pub outcome: String,
    /// For people.
    pub detail: String,
    /// The status of the answer, where there was one.
    pub status_code: Option<u16>,
    /// How long it took.
    pub duration_millis: i64,
    /// The address that was connected to.
    pub address: Option<String>,
    /// The headers that were sent, the signature aside.
    pub request_headers: Vec<(String, String)>,
    /// The headers of the answer, the first 32.
    pub response_headers: Vec<(String, String)>,
    /// The beginning of the answer's body, at most 1,024 bytes.
    pub response_body: Option<String>,
}
