//! What can be asked of a role binding.

use super::RoleBindingSpec;
use crate::profile::Profile;
use values::{Name, Timestamp};

/// A command to a role binding. Personal text arrives sealed, time as a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleBindingCommand {
    /// Make it.
    Create {
        /// The name it shall have.
        name: Name,
        /// The profile it shall have.
        profile: Profile,
        /// What it shall give to whom.
        spec: Box<RoleBindingSpec>,
        /// When.
        at: Timestamp,
    },
    /// Set profile and spec to these; what differs is recorded.
    Update {
        /// The profile it shall have.
        profile: Profile,
        /// What it shall give to whom.
        spec: Box<RoleBindingSpec>,
        /// When.
        at: Timestamp,
    },
    /// Note that its time is over.
    Expire {
        /// When.
        at: Timestamp,
    },
    /// Delete it, softly.
    Delete,
    /// End it, protected or not: whoever has the role leaves.
    End,
    /// Bring it back as it was.
    Restore,
}
