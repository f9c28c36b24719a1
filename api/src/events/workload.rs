//! What happens to workloads.

use super::{EventMetadata, EventMetadataChanges, NameOnly, changes, events};
use crate::{
    Artifact, Drift, Override, Placement, Reference, RevisionTarget, Rollout, WorkloadSpec, WorkloadType,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::Description;

events! {
    /// Events of workloads.
    WorkloadEvent: "workload" in "workloads" {
        /// A workload was made, as a draft.
        Created(WorkloadCreated) = "created",
        /// Something that people set changed.
        Updated(WorkloadUpdated) = "updated",
        /// It was put on clusters, the first time or again, as a new revision.
        Published(WorkloadPublished) = "published",
        /// It was taken off its clusters.
        Unpublished(WorkloadUnpublished) = "unpublished",
        /// It was deleted; its name is free again.
        Deleted(NameOnly) = "deleted",
        /// It came back as it was.
        Restored(NameOnly) = "restored",
    }
}

/// A workload was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkloadCreated {
    /// What people wrote on it.
    pub metadata: EventMetadata,
    /// What people set.
    pub spec: WorkloadSpec,
}

/// A workload changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WorkloadUpdated {
    /// What changed of what people wrote on it.
    pub metadata: EventMetadataChanges,
    /// What changed of what people set.
    pub spec: WorkloadSpecChanges,
}

changes! {
    /// What changed of what people set on a workload, as it is now; what is absent stayed as it was.
    WorkloadSpecChanges {
        /// How the artifact is packaged.
        r#type: WorkloadType,
        /// What is applied.
        artifact: Artifact,
        /// On which clusters it shall be.
        placement: Placement,
        /// What differs on some clusters.
        overrides: Vec<Override>,
        /// What is done about what differs on a cluster.
        drift: Drift,
        /// In which order clusters get it.
        rollout: Rollout,
    }
}

/// A workload was put on clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadPublished {
    /// The namespace that it is in.
    pub namespace: Reference,
    /// The revision. What is in it is told by the `io.quarterdeck.workloadRevision.created.v1` that comes with this.
    #[schema(example = 1)]
    pub revision: i64,
    /// The clusters that it is on.
    pub targets: Vec<RevisionTarget>,
    /// Those of them that it was not on before.
    pub joined: Vec<Uuid>,
    /// The clusters that it is on no longer.
    pub left: Vec<Uuid>,
    /// What whoever published it said about it.
    pub notes: Description,
    /// The older revision that it was rolled back to; `null` where what people had set was published.
    pub rolled_back_to: Option<i64>,
}

/// A workload was taken off its clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkloadUnpublished {
    /// The namespace that it is in.
    pub namespace: Reference,
    /// The clusters that it was on.
    pub clusters: Vec<Uuid>,
}
