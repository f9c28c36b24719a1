//! What people write on anything that has a name: the editable half of `metadata`.

use serde::{Deserialize, Serialize};
use values::{Annotations, Description, DisplayName, Labels};

/// The editable members of `metadata`, the name aside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// A name for people, any script.
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
