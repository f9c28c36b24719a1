//! What can be asked of a project.

use super::ProjectSpec;
use crate::profile::Profile;
use values::Name;

/// A command to a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectCommand {
    /// Make it.
    Create {
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<ProjectSpec>,
    },
    /// Set name, profile and spec to these; what differs is recorded.
    Update {
        /// The name it shall have.
        name: Name,
        /// The profile it shall have.
        profile: Profile,
        /// The spec it shall have.
        spec: Box<ProjectSpec>,
    },
    /// Delete it, softly.
    Delete,
    /// Bring it back as it was.
    Restore,
}
