//! What can be asked of a version of a blueprint.

use super::BlueprintVersionSpec;
use crate::profile::Profile;
use crate::reference::Reference;
use uuid::Uuid;
use values::{Timestamp, VersionName};

/// A command to a version of a blueprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlueprintVersionCommand {
    /// Make it: a draft, or active at once.
    Create {
        /// The project it is in.
        project: Uuid,
        /// The blueprint.
        blueprint: Reference,
        /// Its name.
        name: VersionName,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<BlueprintVersionSpec>,
        /// When it becomes active, where it does so at once.
        activate: Option<Timestamp>,
    },
    /// Set profile and spec to these; what differs is recorded.
    Update {
        /// The profile it shall have.
        profile: Profile,
        /// The spec it shall have.
        spec: Box<BlueprintVersionSpec>,
        /// When it becomes active, where it does so at once.
        activate: Option<Timestamp>,
    },
    /// Let it be used, the first time or again.
    Activate {
        /// When.
        at: Timestamp,
    },
    /// Let it be used by nobody new.
    Disable {
        /// When.
        at: Timestamp,
    },
    /// Delete the draft, softly.
    Delete,
    /// Bring the draft back as it was.
    Restore,
    /// Go with its blueprint, which is deleted.
    Withdraw,
    /// Come back with its blueprint.
    Return,
}
