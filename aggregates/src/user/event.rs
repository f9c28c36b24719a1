//! What can have happened to an identity. Stored for ever: a stored form never changes.

use super::memberships_of;
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
    /// It was forgotten: the key that its address is sealed under was destroyed.
    Erased {
        /// Where it was known.
        home: ScopeId,
        /// The address, which nobody can open any more.
        email: Sealed,
    },
}

impl DomainEvent for UserEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Registered { .. } => "user.registered",
            Self::Erased { .. } => "user.erased",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for UserEvent {
    fn claims(&self, _: Subject) -> Vec<ClaimChange> {
        // The keyed hash takes this key's place when it is recorded: it must not be in the ledger, where it would
        // outlive the person.
        let address = |home: &ScopeId, email: &Sealed| Claim {
            scope: *home,
            kind: ClaimKind::UserEmail,
            key: email.to_string(),
        };
        match self {
            Self::Registered { home, email } => vec![ClaimChange::Take(address(home, email))],
            Self::Erased { home, email } => vec![ClaimChange::Release(address(home, email))],
        }
    }

    fn references(&self, _: Subject) -> Vec<ReferenceChange> {
        vec![]
    }

    fn requirements(&self, of: Subject) -> Vec<Requirement> {
        match self {
            Self::Registered { .. } => vec![],
            Self::Erased { .. } => vec![Requirement::NoneRemains(memberships_of(of.id))],
        }
    }

    fn changes_authority(&self) -> bool {
        match self {
            Self::Registered { .. } => false,
            // Nobody's rights change; but it makes every process forget the key.
            Self::Erased { .. } => true,
        }
    }
}
