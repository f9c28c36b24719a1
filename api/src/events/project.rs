//! What happens to projects.

use super::{EventMetadata, EventMetadataChanges, NameOnly, changes, events};
use crate::{ProjectSpec, ResourceQuota};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use values::Name;

events! {
    /// Events of projects.
    ProjectEvent: "project" in "projects" {
        /// A project was made.
        Created(ProjectCreated) = "created",
        /// Something that people set changed.
        Updated(ProjectUpdated) = "updated",
        /// It was deleted; its name is free again.
        Deleted(NameOnly) = "deleted",
        /// It came back as it was.
        Restored(NameOnly) = "restored",
    }
}

/// A project was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProjectCreated {
    /// What people wrote on it.
    pub metadata: EventMetadata,
    /// What people set.
    pub spec: ProjectSpec,
}

/// A project changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProjectUpdated {
    /// What changed of what people wrote on it.
    pub metadata: EventMetadataChanges,
    /// What changed of what people set.
    pub spec: ProjectSpecChanges,
}

changes! {
    /// What changed of what people set on a project, as it is now; what is absent stayed as it was.
    ProjectSpecChanges {
        /// The most that all namespaces of the project may hold together.
        quota: ResourceQuota,
        /// What a namespace holds of what its own quota does not name.
        default_namespace_quota: ResourceQuota,
        /// Namespaces on the project's clusters that the project leaves alone.
        excluded_namespaces: BTreeSet<Name>,
    }
}
