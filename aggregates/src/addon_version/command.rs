//! What can be asked of a version of an add-on.

use super::AddonVersionSpec;
use crate::profile::Profile;
use uuid::Uuid;
use values::{Timestamp, VersionName};

/// A command to a version of an add-on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddonVersionCommand {
    /// Make it: a draft, or active at once.
    Create {
        /// The add-on it is a version of.
        addon: Uuid,
        /// The project that is in.
        project: Uuid,
        /// Its name.
        name: VersionName,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<AddonVersionSpec>,
        /// Whether it becomes active at once.
        activate: bool,
        /// When.
        at: Timestamp,
    },
    /// Set profile and spec to these; what differs is recorded.
    Update {
        /// The profile it shall have.
        profile: Profile,
        /// The spec it shall have.
        spec: Box<AddonVersionSpec>,
        /// When it becomes active, where it does so at once.
        activate: Option<Timestamp>,
    },
    /// Let it be used, from now on as it is.
    Activate {
        /// When.
        at: Timestamp,
    },
    /// Let nothing new use it.
    Disable {
        /// When.
        at: Timestamp,
    },
    /// Delete the draft, softly.
    Delete,
    /// Bring the draft back as it was.
    Restore,
}
