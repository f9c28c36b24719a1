//! What happens to add-ons and their versions.

use super::{EventMetadata, EventMetadataChanges, NameOnly, NothingMore, changes, events};
use crate::{AddonSpec, AddonVersionSpec, Artifact, Sharing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::{Description, Name};

events! {
    /// Events of add-ons.
    AddonEvent: "addon" in "addons" {
        /// An add-on was made.
        Created(AddonCreated) = "created",
        /// Something that people set changed.
        Updated(AddonUpdated) = "updated",
        /// It was deleted, with its versions; its name is free again.
        Deleted(NameOnly) = "deleted",
        /// It came back as it was, with its versions.
        Restored(NameOnly) = "restored",
    }
}

/// An add-on was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AddonCreated {
    /// What people wrote on it.
    pub metadata: EventMetadata,
    /// What people set.
    pub spec: AddonSpec,
}

/// An add-on changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AddonUpdated {
    /// What changed of what people wrote on it.
    pub metadata: EventMetadataChanges,
    /// What changed of what people set.
    pub spec: AddonSpecChanges,
}

changes! {
    /// What changed of what people set on an add-on, as it is now; what is absent stayed as it was.
    AddonSpecChanges {
        /// The namespace on clusters that it is put into.
        namespace: Name,
        /// In which other projects it may be used.
        sharing: Sharing,
    }
}

events! {
    /// Events of versions of add-ons.
    AddonVersionEvent: "addonVersion" in "addonVersions" {
        /// A version was made: a draft, or active at once.
        Created(AddonVersionCreated) = "created",
        /// Something that people set on a draft changed.
        Updated(AddonVersionUpdated) = "updated",
        /// It can be used from now on, the first time or again; it is what it is for ever.
        Activated(AddonVersionActivated) = "activated",
        /// Nothing new uses it from now on.
        Disabled(NothingMore) = "disabled",
        /// The draft was deleted; its name is free again.
        Deleted(NameOnly) = "deleted",
        /// The draft came back as it was.
        Restored(NameOnly) = "restored",
    }
}

/// A version of an add-on was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddonVersionCreated {
    /// The add-on.
    pub addon_id: Uuid,
    /// What people wrote on it.
    pub metadata: EventMetadata,
    /// What people set.
    pub spec: AddonVersionSpec,
    /// Whether it is active; else it is a draft.
    pub active: bool,
}

/// A version of an add-on can be used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AddonVersionActivated {
    /// What changed with it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub update: Option<AddonVersionUpdated>,
}

/// A version of an add-on changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AddonVersionUpdated {
    /// What changed of what people wrote on it.
    pub metadata: EventMetadataChanges,
    /// What changed of what people set.
    pub spec: AddonVersionSpecChanges,
}

changes! {
    /// What changed of what people set on a version of an add-on, as it is now; what is absent stayed as it was.
    AddonVersionSpecChanges {
        /// What is put on clusters.
        artifact: Artifact,
        /// Values for Helm.
        values: Vec<String>,
        /// What people say of it.
        notes: Description,
    }
}
