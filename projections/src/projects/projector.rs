//! From a project's state to its document.

use crate::documents::{Documented, Draft, Stamps, metadata};
use aggregates::project::{Project, ProjectPhase};
use aggregates::quota::{Quota, Resource};
use api::{ProjectKind, ProjectSpec, ProjectStatus, ResourceQuota};
use values::Quantity;

impl Documented for Project {
    const KIND: &'static str = "Project";

    fn is_deleted(&self) -> bool {
        self.phase == ProjectPhase::Deleted
    }

    fn phase(&self) -> &'static str {
        self.phase.as_str()
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let name = self.name.as_ref().map_or("", |name| name.as_str());
        let document = api::Project {
            api_version: api::ApiVersion::V1,
            kind: ProjectKind::It,
            metadata: metadata(stamps, name, &self.profile),
            spec: spec(&self.spec),
            status: ProjectStatus {
                phase: match self.phase {
                    ProjectPhase::None | ProjectPhase::Active => api::ProjectPhase::Active,
                    ProjectPhase::Deleted => api::ProjectPhase::Deleted,
                },
                conditions: vec![],
                usage: None,
            },
        };
        Draft::declared(self, stamps.scope.as_uuid(), &document.metadata, &document)
    }
}

/// What people set, as it is shown.
pub(super) fn spec(spec: &aggregates::project::ProjectSpec) -> ProjectSpec {
    ProjectSpec {
        quota: quota(&spec.quota),
        default_namespace_quota: quota(&spec.default_namespace_quota),
        excluded_namespaces: spec.excluded_namespaces.clone(),
    }
}

/// A quota as it is shown.
#[must_use]
pub fn quota(quota: &Quota) -> ResourceQuota {
    let count = |resource| quota.get(resource).and_then(Quantity::as_units).and_then(|it| it.try_into().ok());
    ResourceQuota {
        cpu_requests: quota.get(Resource::CpuRequests),
        cpu_limits: quota.get(Resource::CpuLimits),
        memory_requests: quota.get(Resource::MemoryRequests),
        memory_limits: quota.get(Resource::MemoryLimits),
        storage_requests: quota.get(Resource::StorageRequests),
        ephemeral_storage_requests: quota.get(Resource::EphemeralStorageRequests),
        ephemeral_storage_limits: quota.get(Resource::EphemeralStorageLimits),
        pods: count(Resource::Pods),
        services: count(Resource::Services),
        config_maps: count(Resource::ConfigMaps),
        secrets: count(Resource::Secrets),
        persistent_volume_claims: count(Resource::PersistentVolumeClaims),
        load_balancers: count(Resource::LoadBalancers),
        node_ports: count(Resource::NodePorts),
        gpus: count(Resource::Gpus),
    }
}
