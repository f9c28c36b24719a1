//! What events of several kinds say alike.

use super::changes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{Annotations, Description, DisplayName, Labels, Name};

/// Nothing more than that it happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NothingMore {}

/// A name changes hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NameOnly {
    /// The name that it gave up, or has again.
    #[schema(example = "payments")]
    pub name: String,
}

/// What people wrote on a new thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventMetadata {
    /// Unique among its live siblings.
    #[schema(example = "payments")]
    pub name: String,
    /// A name for people.
    pub display_name: DisplayName,
    /// Free text.
    pub description: Description,
    /// Key and value, selectable.
    pub labels: Labels,
    /// Key and value, not selectable.
    pub annotations: Annotations,
    /// Whether deleting is refused.
    pub deletion_protection: bool,
}

changes! {
    /// What changed of what people wrote on a thing, as it is now; what is absent stayed as it was.
    EventMetadataChanges {
        /// Its name.
        name: Name,
        /// A name for people.
        display_name: DisplayName,
        /// Free text.
        description: Description,
        /// Key and value, selectable.
        labels: Labels,
        /// Key and value, not selectable.
        annotations: Annotations,
        /// Whether deleting is refused.
        deletion_protection: bool,
    }
}
