//! What can be asked of a membership.

use super::{Access, MembershipEvent};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Role, ScopeKind, Sealed};

/// A command to a membership. Personal text arrives sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MembershipCommand {
    /// Take the user in, for the first time or again.
    Add(Box<Add>),
    /// Set names and roles to these; what differs is recorded.
    Update {
        /// The given name it shall have.
        first_name: Option<Sealed>,
        /// The family name it shall have.
        last_name: Option<Sealed>,
        /// The roles it shall have.
        roles: BTreeSet<Role>,
    },
    /// Keep the member from acting.
    Suspend {
        /// Why.
        reason: Option<Sealed>,
    },
    /// Let the member act again.
    Reactivate,
    /// Take the member out.
    Remove {
        /// Why.
        reason: Option<Sealed>,
    },
    /// Take the member out, where it is in, and forget who it is.
    Erase,
}

/// What a membership is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Add {
    /// Whose it is.
    pub user: Uuid,
    /// What it is a membership of.
    pub kind: ScopeKind,
    /// The member's address.
    pub email: Sealed,
    /// Given name.
    pub first_name: Option<Sealed>,
    /// Family name.
    pub last_name: Option<Sealed>,
    /// How the member comes in.
    pub access: Access,
    /// What it may do in the whole scope.
    pub roles: BTreeSet<Role>,
}

impl Add {
    pub(super) fn into_event(self) -> MembershipEvent {
        MembershipEvent::Added {
            user: self.user,
            kind: self.kind,
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            access: self.access,
            roles: self.roles,
        }
    }
}
