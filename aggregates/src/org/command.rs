//! What can be asked of an org.

use super::{OrgEvent, OrgSpec};
use crate::profile::Profile;
use serde::{Deserialize, Serialize};
use values::{Name, ScopeId, Sealed, Timestamp};

/// How an org came to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// Its partner, or the operator, made it.
    #[default]
    Partner,
    /// It signed up by itself.
    Signup,
}

/// A command to an org. Personal text arrives sealed, time as a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrgCommand {
    /// Make it.
    Create(Box<Create>),
    /// Set name, profile and spec to these; what differs is recorded.
    Update {
        /// The name it shall have.
        name: Name,
        /// The profile it shall have.
        profile: Profile,
        /// The spec it shall have.
        spec: Box<OrgSpec>,
    },
    /// Let a waiting org begin.
    Approve {
        /// When.
        at: Timestamp,
        /// Why.
        reason: Option<Sealed>,
    },
    /// Turn a waiting org down.
    Reject {
        /// Why.
        reason: Option<Sealed>,
    },
    /// Let its members act again.
    Activate {
        /// Why.
        reason: Option<Sealed>,
    },
    /// Keep its members from acting.
    Deactivate {
        /// Why.
        reason: Sealed,
    },
    /// Delete it, softly.
    Delete,
    /// Bring it back as it was.
    Restore,
}

/// What a new org is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Create {
    /// Its partner.
    pub partner: ScopeId,
    /// How it came to be.
    pub origin: Origin,
    /// Its name.
    pub name: Name,
    /// What people wrote on it.
    pub profile: Profile,
    /// What people set.
    pub spec: OrgSpec,
    /// When it was approved; `None` makes it wait for approval.
    pub approved_at: Option<Timestamp>,
}

impl Create {
    pub(super) fn into_event(self) -> OrgEvent {
        OrgEvent::Created {
            partner: self.partner,
            origin: self.origin,
            name: self.name,
            profile: self.profile,
            spec: Box::new(self.spec),
            approved_at: self.approved_at,
        }
    }
}
