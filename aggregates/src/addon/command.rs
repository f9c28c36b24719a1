//! What can be asked of an add-on.

use super::AddonSpec;
use crate::profile::Profile;
use uuid::Uuid;
use values::Name;

/// A command to an add-on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddonCommand {
    /// Make it.
    Create {
        /// The project it is in.
        project: Uuid,
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<AddonSpec>,
    },
    /// Set profile and spec to these; what differs is recorded.
    Update {
        /// The profile it shall have.
        profile: Profile,
        /// The spec it shall have.
        spec: Box<AddonSpec>,
    },
    /// Delete it, softly, with its versions.
    Delete,
    /// Bring it back as it was.
    Restore,
}
