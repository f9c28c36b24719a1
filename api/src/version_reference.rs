//! References to versions: of blueprints, of add-ons.

use crate::ReferenceInput;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::{Name, VersionName};

/// A version of another thing, by id; the names beside are what both were called when they were referred to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionReference {
    /// The thing's name.
    #[schema(example = "base")]
    pub name: String,
    /// The thing's id.
    pub id: Uuid,
    /// The version's name.
    #[schema(example = "1.2.0")]
    pub version: String,
    /// The version's id.
    pub version_id: Uuid,
}

/// A version of another thing, as sent: the thing by name or id, and its version by name; or all four as a GET showed
/// them, which then must agree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VersionReferenceInput {
    /// The thing's name.
    #[serde(default)]
    pub name: Option<Name>,
    /// The thing's id.
    #[serde(default)]
    pub id: Option<Uuid>,
    /// The version's name.
    #[serde(default)]
    pub version: Option<VersionName>,
    /// The version's id, as a GET showed it beside the name.
    #[serde(default)]
    pub version_id: Option<Uuid>,
}

impl VersionReferenceInput {
    /// The thing; `None` where it is named neither by name nor by id.
    #[must_use]
    pub fn thing(&self) -> Option<ReferenceInput> {
        match (self.name.clone(), self.id) {
            (Some(name), Some(id)) => Some(ReferenceInput::Both { name, id }),
            (Some(name), None) => Some(ReferenceInput::Name(name)),
            (None, Some(id)) => Some(ReferenceInput::Id(id)),
            (None, None) => None,
        }
    }
}
