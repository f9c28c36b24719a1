//! Revisions of workloads: what was published, and where.

use crate::resource::reply;
use crate::{Artifact, Drift, Override, Placement, Reference, Rollout, WorkloadType};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::Description;

reply! {
    /// A revision of a workload: what was published, and where. It never changes.
    WorkloadRevision, WorkloadRevisionKind = "WorkloadRevision", WorkloadRevisionSpec, WorkloadRevisionStatus
}

/// What was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadRevisionSpec {
    /// The workload.
    pub workload: Reference,
    /// Which of the workload's it is, from 1 on; also its name.
    #[schema(minimum = 1, example = 1)]
    pub revision: i64,
    /// The namespace that the workload is in.
    pub namespace: Reference,
    /// How the artifact is packaged.
    pub r#type: WorkloadType,
    /// What is applied.
    pub artifact: Artifact,
    /// On which clusters it was to be.
    pub placement: Placement,
    /// What differs on some clusters, in the order in which it is applied.
    pub overrides: Vec<Override>,
    /// What is done about what differs on a cluster.
    pub drift: Drift,
    /// In which order clusters get it.
    pub rollout: Rollout,
    /// What whoever published it said about it.
    pub notes: Description,
    /// The older revision that it brought back; `null` where it brought what was new.
    pub rolled_back_to: Option<i64>,
}

/// What the system says of a revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadRevisionStatus {
    /// Always `recorded`.
    pub phase: WorkloadRevisionPhase,
    /// The clusters that it was for, by name.
    pub targets: Vec<RevisionTarget>,
}

/// Where a revision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum WorkloadRevisionPhase {
    /// Published once, and for ever as it was.
    Recorded,
}

/// A cluster that a revision was for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevisionTarget {
    /// The cluster.
    pub cluster_id: Uuid,
    /// Its name then.
    #[schema(example = "prod-eu-1")]
    pub name: String,
    /// Its wave, from 1 on, where clusters get it in waves.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false, minimum = 1)]
    pub wave: Option<u32>,
    /// Which overrides are for it, counted from 0.
    pub overrides: Vec<u32>,
}
