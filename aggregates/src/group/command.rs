//! What can be asked of a group.

use super::Members;
use crate::profile::Profile;
use uuid::Uuid;
use values::Name;

/// A command to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupCommand {
    /// Make it.
    Create {
        /// The name it shall have.
        name: Name,
        /// The profile it shall have.
        profile: Profile,
        /// Who shall be in it.
        members: Members,
    },
    /// Set name, profile and members to these; what differs is recorded.
    Update {
        /// The name it shall have.
        name: Name,
        /// The profile it shall have.
        profile: Profile,
        /// Who shall be in it.
        members: Members,
    },
    /// Let a member go that leaves the org.
    Forget {
        /// The user.
        user: Uuid,
    },
    /// Delete it, softly.
    Delete,
    /// Bring it back with those of its members that are still there.
    Restore {
        /// Who of them is.
        members: Members,
    },
}
