//! Workloads: what runs in namespaces, on clusters.

use crate::resource::{Owned, reply};
use crate::{
    ApiVersion, Artifact, ArtifactInput, Condition, Drift, MetadataInput, Override, OverrideInput, Placement,
    PlacementInput, Reference, ReferenceInput, Rollout, RolloutInput,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::{Description, Reason};

reply! {
    /// What runs in a namespace, on clusters.
    Workload, WorkloadKind = "Workload", WorkloadSpec, WorkloadStatus
}

/// A workload, as sent.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkloadInput {
    /// Always `v1`.
    #[serde(default)]
    pub api_version: ApiVersion,
    /// Always `Workload`.
    #[serde(default)]
    pub kind: WorkloadKind,
    /// What identifies it.
    pub metadata: MetadataInput,
    /// What people set.
    pub spec: WorkloadSpecInput,
    #[serde(default)]
    #[schema(ignore)]
    status: Owned,
}

/// How a workload's artifact is packaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum WorkloadType {
    /// Manifests, applied as they are.
    Yaml,
    /// A Helm chart.
    Helm,
    /// A folder with a kustomization.
    Kustomize,
}

/// What people set on a workload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadSpec {
    /// The namespace that it is in.
    pub namespace: Reference,
    /// How the artifact is packaged.
    pub r#type: WorkloadType,
    /// What is applied.
    pub artifact: Artifact,
    /// On which clusters it shall be.
    pub placement: Placement,
    /// What differs on some clusters, in the order in which it is applied.
    pub overrides: Vec<Override>,
    /// What is done about what differs on a cluster.
    pub drift: Drift,
    /// In which order clusters get it.
    pub rollout: Rollout,
}

/// What people set on a workload.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkloadSpecInput {
    /// The namespace that it is in; it stays there.
    pub namespace: ReferenceInput,
    /// How the artifact is packaged.
    pub r#type: WorkloadType,
    /// What is applied.
    pub artifact: ArtifactInput,
    /// On which clusters it shall be, as far as its namespace is published on them, once it is published.
    #[serde(default)]
    pub placement: PlacementInput,
    /// What differs on some clusters; where several are for a cluster, later ones are applied over earlier ones.
    #[serde(default)]
    #[schema(max_items = 64)]
    pub overrides: Vec<OverrideInput>,
    /// What is done about what differs on a cluster.
    #[serde(default)]
    pub drift: Drift,
    /// In which order clusters get it.
    #[serde(default)]
    pub rollout: RolloutInput,
}

/// What the system says of a workload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadStatus {
    /// Where it stands.
    pub phase: WorkloadPhase,
    /// What is the case about it.
    pub conditions: Vec<Condition>,
    /// The newest revision; `null` before it is published.
    #[schema(example = 3)]
    pub revision: Option<i64>,
    /// Whether what people set, the placement aside, is not what is published.
    pub unpublished_changes: bool,
    /// The clusters that it is on, as they were when it was published, by name.
    pub targets: Vec<WorkloadTarget>,
    /// How far it is on all of them together.
    pub roll_up: WorkloadRollUp,
    /// What publishing it now would change on clusters: its placement, labels of clusters, or the clusters that its
    /// namespace is on, changed since. Only when one published workload is read as it is now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub pending_targets: Option<Vec<PendingTarget>>,
}

/// A cluster that a workload is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadTarget {
    /// The cluster.
    pub cluster_id: Uuid,
    /// Its name.
    #[schema(example = "prod-eu-1")]
    pub name: String,
    /// How far it is there.
    pub phase: WorkloadTargetPhase,
    /// Its wave, from 1 on, where clusters get it in waves.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false, minimum = 1)]
    pub wave: Option<u32>,
    /// Which overrides are for it, counted from 0.
    pub overrides: Vec<u32>,
}

/// How far a workload is on a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum WorkloadTargetPhase {
    /// The cluster's agent has not reported yet.
    Pending,
}

/// How far a workload is on all its clusters together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadRollUp {
    /// The least that is so of all; `none` where it is on no cluster.
    pub phase: WorkloadRollUpPhase,
    /// How many clusters it is on.
    pub total: u32,
    /// How many of them have not reported yet.
    pub pending: u32,
}

/// How far a workload is on all its clusters together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum WorkloadRollUpPhase {
    /// It is on no cluster.
    None,
    /// Agents have not reported yet.
    Pending,
}

/// A cluster for which something would change if a workload were published now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PendingTarget {
    /// The cluster.
    pub cluster_id: Uuid,
    /// Its name.
    #[schema(example = "prod-eu-2")]
    pub name: String,
    /// What publishing would do.
    pub change: PendingTargetChange,
}

/// What publishing a workload would do on a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum PendingTargetChange {
    /// It would be added.
    Add,
    /// Its wave or its overrides would be others.
    Update,
    /// It would be removed.
    Remove,
}

/// Where a workload stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum WorkloadPhase {
    /// Never published.
    Draft,
    /// On its clusters.
    Published,
    /// On its clusters no longer.
    Unpublished,
    /// Deleted; restoring brings it back.
    Deleted,
}

/// How a workload is published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PublishWorkload {
    /// What there is to say about the revision; kept in it.
    pub notes: Description,
    /// Why; kept in the record.
    #[schema(example = "the release of the week")]
    pub reason: Option<Reason>,
}

/// What a workload is rolled back to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RollBackWorkload {
    /// The older revision.
    #[schema(minimum = 1, example = 1)]
    pub to_revision: i64,
    /// What there is to say about the new revision; kept in it.
    #[serde(default)]
    pub notes: Description,
    /// Why; kept in the record.
    #[serde(default)]
    #[schema(example = "customers cannot pay")]
    pub reason: Option<Reason>,
}
