//! What can be asked of a workload.

use super::{WorkloadContent, WorkloadSpec, WorkloadTarget};
use crate::profile::Profile;
use crate::reference::Reference;
use uuid::Uuid;
use values::{Description, Name, Timestamp};

/// A command to a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkloadCommand {
    /// Make it, as a draft.
    Create {
        /// The project it is in.
        project: Uuid,
        /// The namespace it is in, for ever.
        namespace: Reference,
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<WorkloadSpec>,
        /// When.
        at: Timestamp,
    },
    /// Set profile and spec to these; what differs is recorded.
    Update {
        /// The profile it shall have.
        profile: Profile,
        /// The spec it shall have.
        spec: Box<WorkloadSpec>,
    },
    /// Put it on clusters, as a new revision.
    Publish {
        /// The clusters of its placement that its namespace is on now.
        targets: Vec<WorkloadTarget>,
        /// What whoever publishes it says about it.
        notes: Description,
        /// When.
        at: Timestamp,
    },
    /// Set what runs to what an older revision has, and put that on clusters, as a new revision.
    RollBack {
        /// The older revision.
        to: i64,
        /// What it has.
        content: Box<WorkloadContent>,
        /// The clusters of its placement that its namespace is on now.
        targets: Vec<WorkloadTarget>,
        /// What whoever publishes it says about it.
        notes: Description,
        /// When.
        at: Timestamp,
    },
    /// Take it off its clusters.
    Unpublish {
        /// When.
        at: Timestamp,
    },
    /// Delete it, softly.
    Delete,
    /// Bring it back as it was.
    Restore,
}
