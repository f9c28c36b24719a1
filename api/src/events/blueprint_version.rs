//! What happens to versions of blueprints.

use super::{EventMetadata, EventMetadataChanges, NameOnly, NothingMore, events};
use crate::{BlueprintVersionSpec, Reference};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

events! {
    /// Events of versions of blueprints.
    BlueprintVersionEvent: "blueprintVersion" in "blueprintVersions" {
        /// A version was made: a draft, or active at once.
        Created(BlueprintVersionCreated) = "created",
        /// Something that people set on the draft changed.
        Updated(BlueprintVersionUpdated) = "updated",
        /// It can be used, the first time or again.
        Activated(BlueprintVersionActivated) = "activated",
        /// Nothing new can use it; what uses it goes on.
        Disabled(NothingMore) = "disabled",
        /// The draft was deleted; its name is free again.
        Deleted(NameOnly) = "deleted",
        /// The draft came back as it was.
        Restored(NameOnly) = "restored",
        /// Its blueprint was deleted, and it went along.
        Withdrawn(NothingMore) = "withdrawn",
        /// Its blueprint came back, and it came along.
        Returned(NothingMore) = "returned",
    }
}

/// A version was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlueprintVersionCreated {
    /// The blueprint that it is a version of.
    pub blueprint: Reference,
    /// What people wrote on it.
    pub metadata: EventMetadata,
    /// What people set.
    pub spec: BlueprintVersionSpec,
    /// Whether it is active; else it is a draft.
    pub active: bool,
}

/// A draft changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BlueprintVersionUpdated {
    /// What changed of what people wrote on it.
    pub metadata: EventMetadataChanges,
    /// What people set, all of it, where any of that changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub spec: Option<BlueprintVersionSpec>,
}

/// A version can be used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BlueprintVersionActivated {
    /// What changed with it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub update: Option<BlueprintVersionUpdated>,
}
