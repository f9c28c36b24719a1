//! What happens to blueprints.

use super::{EventMetadata, EventMetadataChanges, NameOnly, changes, events};
use crate::{BlueprintSpec, Sharing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

events! {
    /// Events of blueprints.
    BlueprintEvent: "blueprint" in "blueprints" {
        /// A blueprint was made.
        Created(BlueprintCreated) = "created",
        /// Something that people set changed.
        Updated(BlueprintUpdated) = "updated",
        /// It was deleted; its name is free again.
        Deleted(NameOnly) = "deleted",
        /// It came back as it was.
        Restored(NameOnly) = "restored",
    }
}

/// A blueprint was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlueprintCreated {
    /// What people wrote on it.
    pub metadata: EventMetadata,
    /// What people set.
    pub spec: BlueprintSpec,
}

/// A blueprint changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BlueprintUpdated {
    /// What changed of what people wrote on it.
    pub metadata: EventMetadataChanges,
    /// What changed of what people set.
    pub spec: BlueprintSpecChanges,
}

changes! {
    /// What changed of what people set on a blueprint, as it is now; what is absent stayed as it was.
    BlueprintSpecChanges {
        /// In which projects, besides its own, it may be used.
        sharing: Sharing,
    }
}
