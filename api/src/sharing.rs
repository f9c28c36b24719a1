//! In which other projects a thing may be used.

use crate::{Reference, ReferenceInput};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// In which projects, besides its own, a thing may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SharingMode {
    /// In no other.
    #[default]
    None,
    /// In all projects of the org.
    All,
    /// In those that are listed.
    Projects,
}

/// In which projects, besides its own, a thing may be used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sharing {
    /// In none, in all, or in those that are listed.
    pub mode: SharingMode,
    /// The projects, where the mode is `projects`.
    pub projects: Vec<Reference>,
}

/// In which projects, besides its own, a thing shall be usable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SharingInput {
    /// In none, in all, or in those that are listed.
    pub mode: SharingMode,
    /// The projects, where the mode is `projects`; else none.
    #[serde(default)]
    #[schema(max_items = 256)]
    pub projects: Vec<ReferenceInput>,
}
