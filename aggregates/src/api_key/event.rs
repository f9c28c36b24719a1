//! What can have happened to an access key. Stored for ever: a stored form never changes.

use super::Issue;
use crate::facts::{ClaimChange, Facts, ReferenceChange, ReferenceKind, Requirement, Subject, Target};
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::{Sealed, Timestamp};

/// How many keys of one membership may work at a time.
const MOST_LIVE_KEYS: usize = 10;

/// An event of an access key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ApiKeyEvent {
    /// It was made.
    Issued(Box<Issue>),
    /// Another took its place.
    Rotated {
        /// The membership it opens.
        membership: Uuid,
        /// The key that took its place.
        successor: Uuid,
        /// Until when both work.
        works_until: Timestamp,
    },
    /// Somebody ended it, or its overlap did.
    Revoked {
        /// The membership it opened.
        membership: Uuid,
        /// Why.
        reason: Option<Sealed>,
    },
    /// Its time was over.
    Expired {
        /// The membership it opened.
        membership: Uuid,
    },
    /// It was ended and put out of sight.
    Deleted {
        /// The membership it opened.
        membership: Uuid,
    },
}

impl DomainEvent for ApiKeyEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Issued(_) => "apiKey.issued",
            Self::Rotated { .. } => "apiKey.rotated",
            Self::Revoked { .. } => "apiKey.revoked",
            Self::Expired { .. } => "apiKey.expired",
            Self::Deleted { .. } => "apiKey.deleted",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

fn key_of(membership: Uuid, of: Subject) -> Target {
    Target { scope: of.scope, id: membership, kind: ReferenceKind::KeyOf }
}

impl Facts for ApiKeyEvent {
    fn claims(&self, _: Subject) -> Vec<ClaimChange> {
        vec![]
    }

    fn references(&self, of: Subject) -> Vec<ReferenceChange> {
        match self {
            Self::Issued(issued) => {
                vec![ReferenceChange::Add { to: key_of(issued.membership, of), until: issued.expires_at }]
            }
            Self::Rotated { membership, works_until, .. } => {
                vec![ReferenceChange::Add { to: key_of(*membership, of), until: Some(*works_until) }]
            }
            Self::Revoked { membership, .. }
            | Self::Expired { membership }
            | Self::Deleted { membership } => {
                vec![ReferenceChange::Drop { to: key_of(*membership, of) }]
            }
        }
    }

    fn requirements(&self, of: Subject) -> Vec<Requirement> {
        match self {
            Self::Issued(issued) => vec![
                Requirement::InPhase { id: issued.membership, phases: &["invited", "active"] },
                Requirement::AtMost { to: key_of(issued.membership, of), limit: MOST_LIVE_KEYS },
            ],
            Self::Rotated { .. } | Self::Revoked { .. } | Self::Expired { .. } | Self::Deleted { .. } => {
                vec![]
            }
        }
    }

    fn changes_authority(&self) -> bool {
        match self {
            Self::Revoked { .. } | Self::Deleted { .. } | Self::Rotated { .. } => true,
            Self::Issued(_) | Self::Expired { .. } => false,
        }
    }
}
