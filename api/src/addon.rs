//! Add-ons and their versions: what blueprints put on clusters.

use crate::resource::{Owned, reply};
use crate::{
    ApiVersion, Artifact, ArtifactInput, Condition, MetadataInput, Sharing, SharingInput,
    VersionMetadataInput,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::{Description, Name, Timestamp};

reply! {
    /// Something that blueprints put on clusters, in versions.
    Addon, AddonKind = "Addon", AddonSpec, AddonStatus
}

/// An add-on, as sent.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddonInput {
    /// Always `v1`.
    #[serde(default)]
    pub api_version: ApiVersion,
    /// Always `Addon`.
    #[serde(default)]
    pub kind: AddonKind,
    /// What identifies it.
    pub metadata: MetadataInput,
    /// What people set.
    pub spec: AddonSpecInput,
    #[serde(default)]
    #[schema(ignore)]
    status: Owned,
}

/// What kind of thing an add-on is, which says what its versions take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum AddonType {
    /// Objects of Kubernetes': YAML, or files in a Git repository.
    Yaml,
    /// A chart of Helm's: in a repository of charts, or an archive; with values.
    Helm,
    /// A kustomization: an archive, or files in a Git repository.
    Kustomize,
}

/// What people set on an add-on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddonSpec {
    /// What kind of thing it is.
    pub r#type: AddonType,
    /// The namespace on clusters that it is put into.
    pub namespace: Name,
    /// In which other projects it may be used.
    pub sharing: Sharing,
}

/// What people set on an add-on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddonSpecInput {
    /// What kind of thing it is. Cannot be changed.
    pub r#type: AddonType,
    /// The namespace on clusters that it is put into; `default`, where it is left out.
    #[serde(default)]
    pub namespace: Option<Name>,
    /// In which other projects it may be used.
    #[serde(default)]
    pub sharing: SharingInput,
}

/// What the system says of an add-on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddonStatus {
    /// Where it stands.
    pub phase: AddonPhase,
    /// What is the case about it.
    pub conditions: Vec<Condition>,
}

/// Where an add-on stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum AddonPhase {
    /// Its versions can be used.
    Active,
    /// Deleted, with its versions; restoring brings them back.
    Deleted,
}

reply! {
    /// A version of an add-on: what is put on clusters.
    AddonVersion, AddonVersionKind = "AddonVersion", AddonVersionSpec, AddonVersionStatus
}

/// A version of an add-on, as sent.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddonVersionInput {
    /// Always `v1`.
    #[serde(default)]
    pub api_version: ApiVersion,
    /// Always `AddonVersion`.
    #[serde(default)]
    pub kind: AddonVersionKind,
    /// What identifies it.
    pub metadata: VersionMetadataInput,
    /// What people set.
    pub spec: AddonVersionSpecInput,
    #[serde(default)]
    #[schema(ignore)]
    status: Owned,
}

/// What people set on a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddonVersionSpec {
    /// What is put on clusters.
    pub artifact: Artifact,
    /// Values for Helm, each a YAML text; later ones win.
    #[schema(example = json!(["controller:\n  replicaCount: 2\n"]))]
    pub values: Vec<String>,
    /// What people say of it.
    pub notes: Description,
}

/// What people set on a version. Once it was activated, nothing of it can be changed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddonVersionSpecInput {
    /// What is put on clusters. By the type of the add-on: `inline`, `upload` or `git` for `yaml`; `helm` or `upload` for
    /// `helm`; `upload` or `git` for `kustomize`.
    pub artifact: ArtifactInput,
    /// Values for Helm, each a YAML text with one mapping; later ones win. At most 512 KiB together.
    #[serde(default)]
    #[schema(max_items = 16, example = json!(["controller:\n  replicaCount: 2\n"]))]
    pub values: Vec<String>,
    /// What people say of it.
    #[serde(default)]
    pub notes: Description,
}

/// What the system says of a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddonVersionStatus {
    /// Where it stands.
    pub phase: AddonVersionPhase,
    /// What is the case about it.
    pub conditions: Vec<Condition>,
    /// When it was first activated.
    pub activated_at: Option<Timestamp>,
    /// What uses it, as far as the caller may read that. Only when one version is read as it is now, and in the reply to
    /// `/disable`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub used_by: Option<Vec<UsedBy>>,
    /// How many more use it, which the caller may not read; with `usedBy`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub used_by_others: Option<u32>,
}

/// Where a version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum AddonVersionPhase {
    /// Being written; can be used nowhere.
    Draft,
    /// Can be used; is what it is for ever.
    Active,
    /// Nothing new uses it; what uses it goes on.
    Disabled,
    /// A draft that was deleted; restoring brings it back.
    Deleted,
}

/// Something that uses a thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsedBy {
    /// Its kind.
    #[schema(example = "BlueprintVersion")]
    pub kind: String,
    /// Its name.
    #[schema(example = "1.2.0")]
    pub name: String,
    /// Its id.
    pub id: Uuid,
    /// What it is in: the blueprint of a version, the project of a cluster.
    pub parent_id: Uuid,
}
