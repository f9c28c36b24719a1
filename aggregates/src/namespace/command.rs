//! What can be asked of a namespace.

use super::NamespaceSpec;
use crate::profile::Profile;
use crate::quota::Quota;
use crate::reference::Reference;
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Name, Timestamp};

/// A command to a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamespaceCommand {
    /// Make it, as a draft.
    Create {
        /// The project it is in.
        project: Uuid,
        /// Its name, also on clusters.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<NamespaceSpec>,
        /// What the project gives a namespace that does not say otherwise.
        defaults: Quota,
        /// When.
        at: Timestamp,
    },
    /// Set profile and spec to these; what differs is recorded.
    Update {
        /// The profile it shall have.
        profile: Profile,
        /// The spec it shall have.
        spec: Box<NamespaceSpec>,
        /// What the project gives a namespace that does not say otherwise.
        defaults: Quota,
    },
    /// Put it on clusters.
    Publish {
        /// What its placement selects now.
        clusters: BTreeSet<Reference>,
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
