//! What happens to groups.

use super::{EventMetadata, EventMetadataChanges, NameOnly, events};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

events! {
    /// Events of groups.
    GroupEvent: "group" in "groups" {
        /// A group was made.
        Created(GroupCreated) = "created",
        /// Its name, what people wrote on it, or who is in it changed.
        Updated(GroupUpdated) = "updated",
        /// It was deleted; its name is free again.
        Deleted(NameOnly) = "deleted",
        /// It came back.
        Restored(GroupRestored) = "restored",
    }
}

/// A group was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupCreated {
    /// What people wrote on it.
    pub metadata: EventMetadata,
    /// The users in it.
    pub member_ids: Vec<Uuid>,
}

/// A group changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupUpdated {
    /// What changed of what people wrote on it.
    pub metadata: EventMetadataChanges,
    /// The users who came in.
    pub added_member_ids: Vec<Uuid>,
    /// The users who went.
    pub removed_member_ids: Vec<Uuid>,
}

/// A group came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupRestored {
    /// The name that it has again.
    #[schema(example = "dev")]
    pub name: String,
    /// The users in it: whoever has left the org since is not.
    pub member_ids: Vec<Uuid>,
}
