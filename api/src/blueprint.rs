//! Blueprints: what clusters are set up with.

use crate::resource::{input, reply};
use crate::{MetadataInput, Sharing, SharingInput};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

reply! {
    /// What clusters are set up with. What that is, its versions say.
    Blueprint, BlueprintKind = "Blueprint", BlueprintSpec, BlueprintStatus
}

input! {
    /// A blueprint, as sent.
    BlueprintInput, BlueprintKind = "Blueprint", MetadataInput, BlueprintSpecInput
}

/// How far a blueprint binds what builds on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum BlueprintType {
    /// What it sets can be set otherwise.
    #[default]
    Custom,
    /// What it sets (drift, namespace sync, its add-ons and their versions) stays as it is.
    Golden,
}

/// What people set on a blueprint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintSpec {
    /// How far it binds what builds on it.
    pub r#type: BlueprintType,
    /// In which projects, besides its own, it may be used.
    pub sharing: Sharing,
}

/// What people set on a blueprint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BlueprintSpecInput {
    /// How far it binds what builds on it; decided when it is made.
    #[serde(default)]
    pub r#type: BlueprintType,
    /// In which projects, besides its own, it may be used.
    #[serde(default)]
    pub sharing: SharingInput,
}

/// What the system says of a blueprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintStatus {
    /// Where it stands.
    pub phase: BlueprintPhase,
}

/// Where a blueprint stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum BlueprintPhase {
    /// Versions can be made of it.
    Active,
    /// Deleted; restoring brings it back.
    Deleted,
}
