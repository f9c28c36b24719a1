//! Versions of blueprints: which add-ons clusters are set up with, and how they are watched.

use crate::resource::{input, reply};
use crate::{Drift, Reference, VersionMetadataInput, VersionReference, VersionReferenceInput};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::{Name, Timestamp, VersionName};

reply! {
    /// A version of a blueprint.
    BlueprintVersion, BlueprintVersionKind = "BlueprintVersion", BlueprintVersionSpec, BlueprintVersionStatus
}

input! {
    /// A version of a blueprint, as sent.
    BlueprintVersionInput, BlueprintVersionKind = "BlueprintVersion", VersionMetadataInput, BlueprintVersionSpecInput
}

/// What people set on a version of a blueprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintVersionSpec {
    /// The version of another blueprint that it builds on.
    pub base: Option<VersionReference>,
    /// Its own add-ons, in order.
    pub addons: Vec<BlueprintAddon>,
    /// What is done about drift; `null` for what the base says.
    pub drift: Option<Drift>,
    /// Whether namespaces that clusters have and nobody declared are taken up; `null` for what the base says.
    pub namespace_sync: Option<bool>,
}

/// What people set on a version of a blueprint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BlueprintVersionSpecInput {
    /// An active version of another blueprint, which itself builds on none: what it sets holds where this version says
    /// nothing. Of a golden blueprint it stays as it is: a version that says otherwise is refused.
    #[serde(default)]
    pub base: Option<VersionReferenceInput>,
    /// Add-ons, in order, each at an active version: of the project, or shared with it. One that the base has too takes
    /// the place of the base's.
    #[schema(max_items = 256)]
    #[serde(default)]
    pub addons: Vec<BlueprintAddonInput>,
    /// What is done about drift. Left out: what the base says; without a base, nothing.
    #[serde(default)]
    pub drift: Option<Drift>,
    /// Whether namespaces that clusters have and nobody declared are taken up. Left out: what the base says; without a
    /// base, no.
    #[serde(default)]
    pub namespace_sync: Option<bool>,
}

/// An add-on of a blueprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintAddon {
    /// The add-on's name.
    #[schema(example = "ingress")]
    pub name: String,
    /// The add-on's id.
    pub id: Uuid,
    /// The version's name.
    #[schema(example = "1.0.0")]
    pub version: String,
    /// The version's id.
    pub version_id: Uuid,
    /// The add-ons that come before it.
    pub depends_on: Vec<Name>,
    /// Whether the blueprint is not in place while this is not.
    pub critical: bool,
}

/// An add-on of a blueprint, as sent: the add-on by name or id, its version by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BlueprintAddonInput {
    /// The add-on's name.
    #[serde(default)]
    pub name: Option<Name>,
    /// The add-on's id.
    #[serde(default)]
    pub id: Option<Uuid>,
    /// The version's name.
    #[serde(default)]
    pub version: Option<VersionName>,
    /// The version's id, as a GET showed it beside the name.
    #[serde(default)]
    pub version_id: Option<Uuid>,
    /// The add-ons of this version, or of its base, that come before it, by name. Circles are refused.
    #[schema(max_items = 256)]
    #[serde(default)]
    pub depends_on: Vec<Name>,
    /// Whether the blueprint is not in place while this is not.
    #[serde(default)]
    pub critical: bool,
}

impl BlueprintAddonInput {
    /// The version that is meant.
    #[must_use]
    pub fn reference(&self) -> VersionReferenceInput {
        let Self { name, id, version, version_id, .. } = self;
        VersionReferenceInput {
            name: name.clone(),
            id: *id,
            version: version.clone(),
            version_id: *version_id,
        }
    }
}

/// What the system says of a version of a blueprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintVersionStatus {
    /// Where it stands.
    pub phase: BlueprintVersionPhase,
    /// The blueprint that it is a version of.
    pub blueprint: Reference,
    /// What it comes to, with what it builds on.
    pub setup: BlueprintSetup,
    /// When it became active first.
    pub activated_at: Option<Timestamp>,
    /// The clusters that are set up with it, and the versions of other blueprints that build on it, as far as the caller
    /// may see them. Only when one version is read as it is now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub used_by: Option<Vec<BlueprintUse>>,
    /// How many more use it, which the caller may not see; with `usedBy`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub used_by_others: Option<u32>,
}

/// What a cluster is set up with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintSetup {
    /// The add-ons, in order: the base's, then the version's own.
    pub addons: Vec<BlueprintAddon>,
    /// What is done about drift.
    pub drift: Drift,
    /// Whether namespaces that clusters have and nobody declared are taken up.
    pub namespace_sync: bool,
}

/// Something that uses a version of a blueprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintUse {
    /// Its kind.
    #[schema(example = "Cluster")]
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// Its name.
    #[schema(example = "prod-eu-1")]
    pub name: String,
    /// The project that it is in.
    pub project_id: Uuid,
}

/// Where a version of a blueprint stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum BlueprintVersionPhase {
    /// Editable; nothing can use it.
    Draft,
    /// It can be used, and stays as it is for ever.
    Active,
    /// Nothing new can use it; what uses it goes on.
    Disabled,
    /// Deleted; restoring brings it back.
    Deleted,
}

/// What moving clusters to a version of a blueprint would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintImpact {
    /// The clusters that any version of the blueprint sets up, as far as the caller may see them, by name.
    pub items: Vec<ClusterImpact>,
}

/// What moving a cluster to a version of a blueprint would change. Where nothing would, it has the version already, or
/// one that comes to the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterImpact {
    /// The cluster.
    pub cluster: Reference,
    /// The project that it is in.
    pub project_id: Uuid,
    /// The version that it has.
    pub current: Reference,
    /// Whether moving it would change anything.
    pub changes: bool,
    /// The add-ons that it would get.
    pub addons_added: Vec<AddonAt>,
    /// The add-ons that it would lose.
    pub addons_removed: Vec<AddonAt>,
    /// The add-ons that it would have otherwise.
    pub addons_changed: Vec<AddonChange>,
    /// What would be done about drift, where that changes.
    pub drift: Option<DriftChange>,
    /// Whether namespaces would be taken up, where that changes.
    pub namespace_sync: Option<SwitchChange>,
}

/// An add-on at a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddonAt {
    /// The add-on's name.
    #[schema(example = "ingress")]
    pub name: String,
    /// The version's name.
    #[schema(example = "1.0.0")]
    pub version: String,
}

/// An add-on at another version, or with other conditions at the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddonChange {
    /// The add-on's name.
    #[schema(example = "ingress")]
    pub name: String,
    /// The version that the cluster has.
    #[schema(example = "1.0.0")]
    pub from: String,
    /// The version that it would have.
    #[schema(example = "1.1.0")]
    pub to: String,
}

/// What is done about drift changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DriftChange {
    /// What is done now.
    pub from: Drift,
    /// What would be done.
    pub to: Drift,
}

/// A switch is turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SwitchChange {
    /// What it is.
    pub from: bool,
    /// What it would be.
    pub to: bool,
}
