//! What happens to webhooks.

use super::{EventMetadata, EventMetadataChanges, NameOnly, NothingMore, changes, events};
use crate::WebhookSpec;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;
use values::{HttpUrl, Timestamp, TypePattern};

events! {
    /// Events of webhooks.
    WebhookEvent: "webhook" in "webhooks" {
        /// A webhook was made.
        Created(WebhookCreated) = "created",
        /// Something that people set changed.
        Updated(WebhookUpdated) = "updated",
        /// Nothing is sent until it is resumed.
        Paused(NothingMore) = "paused",
        /// It is sent to again, from where it stopped.
        Resumed(NothingMore) = "resumed",
        /// The system stopped sending.
        Halted(WebhookHalted) = "halted",
        /// What is sent is signed with a new secret.
        SecretRotated(WebhookSecretRotated) = "secretRotated",
        /// Everything after a position is sent again.
        Replayed(WebhookReplayed) = "replayed",
        /// A test: sent to the webhook that it is about, whatever its filter.
        Tested(NothingMore) = "test",
        /// What was sent once is sent again.
        Redelivered(WebhookRedelivered) = "redelivered",
        /// It was deleted; its name is free again.
        Deleted(NameOnly) = "deleted",
        /// It came back as it was.
        Restored(NameOnly) = "restored",
    }
}

/// A webhook was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookCreated {
    /// What people wrote on it.
    pub metadata: EventMetadata,
    /// What people set.
    pub spec: WebhookSpec,
}

/// A webhook changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WebhookUpdated {
    /// What changed of what people wrote on it.
    pub metadata: EventMetadataChanges,
    /// What changed of what people set.
    pub spec: WebhookSpecChanges,
}

changes! {
    /// What changed of what people set on a webhook, as it is now; what is absent stayed as it was.
    WebhookSpecChanges {
        /// Where events are sent.
        url: HttpUrl,
        /// Which types of events are sent.
        types: BTreeSet<TypePattern>,
        /// Whether events are sent.
        enabled: bool,
    }
}

/// The system stopped sending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookHalted {
    /// `gaveUp` (every attempt failed) or `gone` (410).
    #[schema(example = "gaveUp")]
    pub why: String,
    /// The position of the org whose event could not be sent.
    #[schema(example = 42)]
    pub position: i64,
}

/// What is sent is signed with a new secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookSecretRotated {
    /// Counts the secrets.
    #[schema(example = 2)]
    pub version: i64,
    /// Until when the one before signs, too.
    pub previous_until: Timestamp,
}

/// Everything after a position is sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookReplayed {
    /// The position of the org.
    #[schema(example = 0)]
    pub after: i64,
}

/// What was sent once is sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookRedelivered {
    /// The delivery.
    pub delivery_id: Uuid,
    /// The position of the org whose event it is.
    #[schema(example = 42)]
    pub position: i64,
}
