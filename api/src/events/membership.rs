//! What happens to users, as members of an org, a partner or the platform.

use super::{NothingMore, changes, events};
use crate::Access;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;
use values::Role;

events! {
    /// Events of memberships. Their subject is the user, whose address and names are read from there.
    MembershipEvent: "membership" in "users" {
        /// A user was taken in, for the first time or again.
        Added(MembershipAdded) = "added",
        /// A member's names or roles changed.
        Updated(MembershipUpdated) = "updated",
        /// The member may no longer act.
        Suspended(NothingMore) = "suspended",
        /// The member may act again.
        Reactivated(NothingMore) = "reactivated",
        /// The member was taken out; its access keys are ended.
        Removed(NothingMore) = "removed",
        /// The member was taken out, where it was in, and its personal data is gone for good.
        Erased(NothingMore) = "erased",
    }
}

/// A user was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MembershipAdded {
    /// Who.
    pub user_id: Uuid,
    /// How the member comes in.
    pub access: Access,
    /// What it may do in the whole org, partner or platform.
    pub roles: BTreeSet<Role>,
}

changes! {
    /// What changed of a member; what is absent stayed as it was.
    MembershipUpdated {
        /// The roles, as they are now.
        roles: BTreeSet<Role>,
        /// Always `true`: the names changed, and are read from the user.
        names_changed: bool,
    }
}
