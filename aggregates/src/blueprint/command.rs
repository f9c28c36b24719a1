//! What can be asked of a blueprint.

use super::BlueprintSpec;
use crate::profile::Profile;
use uuid::Uuid;
use values::Name;

/// A command to a blueprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlueprintCommand {
    /// Make it.
    Create {
        /// The project it is in.
        project: Uuid,
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<BlueprintSpec>,
    },
    /// Set profile and spec to these; what differs is recorded.
    Update {
        /// The profile it shall have.
        profile: Profile,
        /// The spec it shall have.
        spec: Box<BlueprintSpec>,
    },
    /// Delete it, softly.
    Delete,
    /// Bring it back as it was.
    Restore,
}
