//! What is public of what happens to webhooks.

use super::projector::spec;
use crate::events::{Published, metadata_of, name_changes};
use aggregates::webhook::{Halt, WebhookEvent};
use api::{
    NameOnly, NothingMore, WebhookCreated, WebhookEvent as Public, WebhookHalted, WebhookRedelivered,
    WebhookReplayed, WebhookSecretRotated, WebhookSpecChanges, WebhookUpdated,
};

impl Published for WebhookEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Created { name, profile, spec: given } => Public::Created(Box::new(WebhookCreated {
                metadata: metadata_of(name.as_str(), profile),
                spec: spec(given),
            })),
            Self::Updated(update) => Public::Updated(Box::new(WebhookUpdated {
                metadata: name_changes(update.name.as_ref().map(|(_, to)| to), update.profile.as_ref()),
                spec: WebhookSpecChanges {
                    url: update.url.clone(),
                    types: update.types.clone(),
                    enabled: update.enabled,
                },
            })),
            Self::Paused => Public::Paused(Box::new(NothingMore {})),
            Self::Resumed => Public::Resumed(Box::new(NothingMore {})),
            Self::Halted { why, position, .. } => Public::Halted(Box::new(WebhookHalted {
                why: match why {
                    Halt::GaveUp => "gaveUp",
                    Halt::Gone => "gone",
                }
                .to_owned(),
                position: *position,
            })),
            Self::SecretRotated { version, previous_until } => {
                let (version, previous_until) = (*version, *previous_until);
                Public::SecretRotated(Box::new(WebhookSecretRotated { version, previous_until }))
            }
            Self::Replayed { after } => Public::Replayed(Box::new(WebhookReplayed { after: *after })),
            Self::Tested => Public::Tested(Box::new(NothingMore {})),
            Self::Redelivered { delivery, position } => Public::Redelivered(Box::new(WebhookRedelivered {
                delivery_id: *delivery,
                position: *position,
            })),
            Self::Deleted { name } => Public::Deleted(Box::new(NameOnly { name: name.as_str().to_owned() })),
            Self::Restored { name } => {
                Public::Restored(Box::new(NameOnly { name: name.as_str().to_owned() }))
            }
        }
    }
}
