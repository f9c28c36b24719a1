//! What happens to revisions of workloads.

use super::events;
use crate::{RevisionTarget, WorkloadRevisionSpec};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

events! {
    /// Events of revisions of workloads.
    WorkloadRevisionEvent: "workloadRevision" in "workload-revisions" {
        /// A workload was published: this is what, and where.
        Created(WorkloadRevisionCreated) = "created",
    }
}

/// A workload was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkloadRevisionCreated {
    /// What was published.
    pub spec: WorkloadRevisionSpec,
    /// The clusters that it was for, by name.
    pub targets: Vec<RevisionTarget>,
}
