//! What can have happened to a webhook. Stored for ever: a stored form never changes.

use super::{Halt, Webhook, WebhookSpec};
use crate::facts::{Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, Requirement, Subject};
use crate::profile::Profile;
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{HttpUrl, Name, Timestamp, TypePattern};

/// An event of a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum WebhookEvent {
    /// It was made.
    Created {
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<WebhookSpec>,
    },
    /// Some of what people set changed.
    Updated(Box<WebhookUpdate>),
    /// Nothing is sent until it is resumed.
    Paused,
    /// It is sent to again, from where it stopped.
    Resumed,
    /// The system stopped sending.
    Halted {
        /// Why.
        why: Halt,
        /// When.
        at: Timestamp,
        /// The position of the org whose event could not be sent.
        position: i64,
    },
    /// What is sent is signed with a new secret.
    SecretRotated {
        /// The version of the new secret.
        version: i64,
        /// Until when the one before signs, too.
        previous_until: Timestamp,
    },
    /// Everything after a position of the org is sent again.
    Replayed {
        /// The position.
        after: i64,
    },
    /// A test event was asked for.
    Tested,
    /// It was asked to send again what was sent once.
    Redelivered {
        /// The delivery.
        delivery: Uuid,
        /// The position of the org whose event it is.
        position: i64,
    },
    /// It was deleted, softly.
    Deleted {
        /// The name that is free again.
        name: Name,
    },
    /// It came back as it was.
    Restored {
        /// The name that it has again.
        name: Name,
    },
}

/// What an update changed; a member that is absent stayed as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookUpdate {
    /// The name, from and to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<(Name, Name)>,
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<Profile>,
    /// Where events are sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<HttpUrl>,
    /// Which types are sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub types: Option<BTreeSet<TypePattern>>,
    /// Whether events are sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enabled: Option<bool>,
}

impl WebhookUpdate {
    /// What differs between what is and what shall be; `None` when nothing does.
    pub(super) fn between(
        is: &Webhook,
        current: &WebhookSpec,
        name: Name,
        profile: Profile,
        spec: WebhookSpec,
    ) -> Option<Self> {
        let before = is.name.clone()?;
        let update = Self {
            name: (before != name).then_some((before, name)),
            profile: (is.profile != profile).then_some(profile),
            url: (current.url != spec.url).then_some(spec.url),
            types: (current.types != spec.types).then_some(spec.types),
            enabled: (current.enabled != spec.enabled).then_some(spec.enabled),
        };
        (update != Self::default()).then_some(update)
    }

    pub(super) fn apply_to(self, webhook: &mut Webhook) {
        if let Some((_, to)) = self.name {
            webhook.name = Some(to);
        }
        if let Some(profile) = self.profile {
            webhook.profile = profile;
        }
        let Some(spec) = &mut webhook.spec else { return };
        if let Some(url) = self.url {
            spec.url = url;
        }
        if let Some(types) = self.types {
            spec.types = types;
        }
        if let Some(enabled) = self.enabled {
            spec.enabled = enabled;
        }
    }
}

fn named(of: Subject, name: &Name) -> Claim {
    Claim::sibling(of.scope, ClaimKind::WebhookName, of.scope.as_uuid(), name.as_str())
}

impl DomainEvent for WebhookEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "webhook.created",
            Self::Updated(_) => "webhook.updated",
            Self::Paused => "webhook.paused",
            Self::Resumed => "webhook.resumed",
            Self::Halted { .. } => "webhook.halted",
            Self::SecretRotated { .. } => "webhook.secretRotated",
            Self::Replayed { .. } => "webhook.replayed",
            Self::Tested => "webhook.test",
            Self::Redelivered { .. } => "webhook.redelivered",
            Self::Deleted { .. } => "webhook.deleted",
            Self::Restored { .. } => "webhook.restored",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for WebhookEvent {
    fn claims(&self, of: Subject) -> Vec<ClaimChange> {
        match self {
            Self::Created { name, .. } | Self::Restored { name } => vec![ClaimChange::Take(named(of, name))],
            Self::Deleted { name } => vec![ClaimChange::Release(named(of, name))],
            Self::Updated(update) => match &update.name {
                Some((from, to)) => {
                    vec![ClaimChange::Release(named(of, from)), ClaimChange::Take(named(of, to))]
                }
                None => vec![],
            },
            Self::Paused
            | Self::Resumed
            | Self::Halted { .. }
            | Self::SecretRotated { .. }
            | Self::Replayed { .. }
            | Self::Tested
            | Self::Redelivered { .. } => vec![],
        }
    }

    /// None: an org goes with its webhooks.
    fn references(&self, _: Subject) -> Vec<ReferenceChange> {
        vec![]
    }

    fn requirements(&self, of: Subject) -> Vec<Requirement> {
        match self {
            Self::Created { .. } | Self::Restored { .. } => {
                vec![Requirement::active(of.scope.as_uuid())]
            }
            Self::Updated(_)
            | Self::Paused
            | Self::Resumed
            | Self::Halted { .. }
            | Self::SecretRotated { .. }
            | Self::Replayed { .. }
            | Self::Tested
            | Self::Redelivered { .. }
            | Self::Deleted { .. } => vec![],
        }
    }

    fn changes_authority(&self) -> bool {
        false
    }
}
