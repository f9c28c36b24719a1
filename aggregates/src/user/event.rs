//! What can have happened to an identity. Stored for ever: a stored form never changes.

use crate::facts::{Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, Requirement, Subject};
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use values::{ScopeId, Sealed};

/// An event of an identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum UserEvent {
    /// It became known.
    Registered {
        /// In which partner, or the platform.
        home: ScopeId,
        /// Under which address.
        email: Sealed,
    },
}

impl DomainEvent for UserEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Registered { .. } => "user.registered",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for UserEvent {
    fn claims(&self, _: Subject) -> Vec<ClaimChange> {
        match self {
            // The keyed hash takes this key's place when it is recorded: it must not be in the ledger, where it would
            // outlive the person.
            Self::Registered { home, email } => vec![ClaimChange::Take(Claim {
                scope: *home,
                kind: ClaimKind::UserEmail,
                key: email.to_string(),
            })],
        }
    }

    fn references(&self, _: Subject) -> Vec<ReferenceChange> {
        vec![]
    }

    fn requirements(&self, _: Subject) -> Vec<Requirement> {
        vec![]
    }

    fn changes_authority(&self) -> bool {
        false
    }
}
