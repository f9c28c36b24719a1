//! From a namespace's state to its document.

use crate::documents::{Documented, Draft, Stamps, condition, metadata, reference};
use crate::projects::quota;
use aggregates::limit_range::{ContainerResources, LimitRange};
use aggregates::namespace::{Namespace, NamespacePhase};
use aggregates::placement::Placement;
use aggregates::reference::Reference;
use api::{NamespaceCluster, NamespaceClusterPhase, NamespaceKind, NamespaceSpec, NamespaceStatus};
use uuid::Uuid;

impl Documented for Namespace {
    const KIND: &'static str = "Namespace";

    fn is_deleted(&self) -> bool {
        self.phase == NamespacePhase::Deleted
    }

    fn phase(&self) -> &'static str {
        self.phase.as_str()
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let name = self.name.as_ref().map_or("", |name| name.as_str());
        let mut metadata = metadata(stamps, name, &self.profile);
        metadata.project_id = self.project;
        let document = api::Namespace {
            api_version: api::ApiVersion::V1,
            kind: NamespaceKind::It,
            metadata,
            spec: spec(&self.spec),
            status: status(self),
        };
        Draft::declared(self, self.project.unwrap_or(Uuid::nil()), &document.metadata, &document)
    }
}

/// What people set, as it is shown.
pub(super) fn spec(spec: &aggregates::namespace::NamespaceSpec) -> NamespaceSpec {
    NamespaceSpec {
        labels: spec.labels.clone(),
        annotations: spec.annotations.clone(),
        quota: quota(&spec.quota),
        limit_range: spec.limit_range.as_ref().map(limit_range),
        placement: placement(&spec.placement),
    }
}

fn status(namespace: &Namespace) -> NamespaceStatus {
    let pending = |cluster: &Reference| NamespaceCluster {
        id: cluster.id,
        name: cluster.name.clone(),
        phase: NamespaceClusterPhase::Pending,
    };
    let mut clusters: Vec<NamespaceCluster> = namespace.clusters.iter().map(pending).collect();
    clusters.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    NamespaceStatus {
        phase: match namespace.phase {
            NamespacePhase::None | NamespacePhase::Draft => api::NamespacePhase::Draft,
            NamespacePhase::Published => api::NamespacePhase::Published,
            NamespacePhase::Unpublished => api::NamespacePhase::Unpublished,
            NamespacePhase::Deleted => api::NamespacePhase::Deleted,
        },
        conditions: namespace.conditions.iter().map(condition).collect(),
        quota: quota(&namespace.held),
        clusters,
        pending_clusters: None,
    }
}

/// A placement as it is shown: clusters by name.
#[must_use]
pub fn placement(placement: &Placement) -> api::Placement {
    let mut clusters: Vec<api::Reference> = placement.clusters.iter().map(reference).collect();
    clusters.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    api::Placement { clusters, label_selector: placement.label_selector.clone() }
}

/// A limit range as it is shown.
pub(super) fn limit_range(range: &LimitRange) -> api::LimitRange {
    let amounts = |of: &ContainerResources| api::ContainerResources {
        cpu: of.cpu,
        memory: of.memory,
        ephemeral_storage: of.ephemeral_storage,
    };
    api::LimitRange {
        default: amounts(&range.default),
        default_request: amounts(&range.default_request),
        min: amounts(&range.min),
        max: amounts(&range.max),
    }
}
