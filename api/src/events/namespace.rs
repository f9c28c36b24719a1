//! What happens to namespaces.

use super::{EventMetadata, EventMetadataChanges, NameOnly, changes, events};
use crate::{LimitRange, NamespaceSpec, Placement, Reference, ResourceQuota};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::{Annotations, Labels};

events! {
    /// Events of namespaces.
    NamespaceEvent: "namespace" in "namespaces" {
        /// A namespace was made, as a draft.
        Created(NamespaceCreated) = "created",
        /// Something that people set changed.
        Updated(NamespaceUpdated) = "updated",
        /// It was put on clusters, the first time or again.
        Published(NamespacePublished) = "published",
        /// It was taken off its clusters.
        Unpublished(NamespaceUnpublished) = "unpublished",
        /// It was deleted; its name and its share of the project's quota are free again.
        Deleted(NameOnly) = "deleted",
        /// It came back as it was.
        Restored(NameOnly) = "restored",
    }
}

/// A namespace was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamespaceCreated {
    /// What people wrote on it.
    pub metadata: EventMetadata,
    /// What people set.
    pub spec: NamespaceSpec,
    /// The quota in force, which it holds of its project's.
    pub quota: ResourceQuota,
}

/// A namespace changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NamespaceUpdated {
    /// What changed of what people wrote on it.
    pub metadata: EventMetadataChanges,
    /// What changed of what people set.
    pub spec: NamespaceSpecChanges,
    /// The quota in force, where that changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub quota: Option<ResourceQuota>,
}

changes! {
    /// What changed of what people set on a namespace, as it is now; what is absent stayed as it was.
    NamespaceSpecChanges {
        /// The labels on its clusters.
        labels: Labels,
        /// The annotations on its clusters.
        annotations: Annotations,
        /// The quota that is its own.
        quota: ResourceQuota,
        /// What its containers may ask for.
        limit_range: LimitRangeChange,
        /// On which clusters it shall be.
        placement: Placement,
    }
}

/// A limit range changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LimitRangeChange {
    /// What it is now.
    pub to: Option<LimitRange>,
}

/// A namespace was put on clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamespacePublished {
    /// Its name, which it has on all of them.
    #[schema(example = "checkout")]
    pub name: String,
    /// The clusters that it is on.
    pub clusters: Vec<Reference>,
    /// Those of them that it was not on before.
    pub joined: Vec<Uuid>,
    /// The clusters that it is on no longer.
    pub left: Vec<Uuid>,
}

/// A namespace was taken off its clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamespaceUnpublished {
    /// Its name, which is free there again.
    #[schema(example = "checkout")]
    pub name: String,
    /// The clusters that it was on.
    pub clusters: Vec<Uuid>,
}
