//! From a cluster's state to its document.

use crate::documents::{Documented, Draft, Stamps, condition, metadata, sharing};
use aggregates::cluster::{Cluster, ClusterPhase, ClusterType, Environment, Provider};
use aggregates::proxy::Proxy;
use aggregates::version_use::VersionReference;
use api::{
    ClusterAgent, ClusterEnvironment, ClusterKind, ClusterProvider, ClusterProxy, ClusterSpec, ClusterStatus,
};
use uuid::Uuid;

impl Documented for Cluster {
    const KIND: &'static str = "Cluster";

    fn is_deleted(&self) -> bool {
        self.phase == ClusterPhase::Deleted
    }

    fn phase(&self) -> &'static str {
        self.phase.as_str()
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let name = self.name.as_ref().map_or("", |name| name.as_str());
        let mut metadata = metadata(stamps, name, &self.profile);
        metadata.project_id = self.project;
        let document = api::Cluster {
            api_version: api::ApiVersion::V1,
            kind: ClusterKind::It,
            metadata,
            spec: spec(&self.spec),
            status: status(self),
        };
        Draft::declared(self, self.project.unwrap_or(Uuid::nil()), &document.metadata, &document)
    }
}

/// What people set, as it is shown.
pub(super) fn spec(spec: &aggregates::cluster::ClusterSpec) -> ClusterSpec {
    ClusterSpec {
        kind: match spec.kind {
            ClusterType::Imported => api::ClusterType::Imported,
        },
        provider: provider(spec.provider),
        environment: environment(spec.environment),
        location: spec.location.clone(),
        auto_approve: spec.auto_approve,
        sharing: sharing(&spec.sharing),
        blueprint: spec.blueprint.as_ref().map(blueprint),
        proxy: spec.proxy.as_ref().map(proxy),
    }
}

fn status(cluster: &Cluster) -> ClusterStatus {
    ClusterStatus {
        phase: match cluster.phase {
            ClusterPhase::None | ClusterPhase::AwaitingAgent => api::ClusterPhase::AwaitingAgent,
            ClusterPhase::Registered => api::ClusterPhase::Registered,
            ClusterPhase::Ready => api::ClusterPhase::Ready,
            ClusterPhase::Unhealthy => api::ClusterPhase::Unhealthy,
            ClusterPhase::Disconnected => api::ClusterPhase::Disconnected,
            ClusterPhase::Decommissioning => api::ClusterPhase::Decommissioning,
            ClusterPhase::Deleted => api::ClusterPhase::Deleted,
        },
        conditions: cluster.conditions.iter().map(condition).collect(),
        agent: cluster.agent.as_ref().map(|agent| ClusterAgent {
            agent_version: agent.facts.agent_version.as_str().to_owned(),
            kubernetes_version: agent.facts.kubernetes_version.as_str().to_owned(),
            registered_at: agent.registered_at,
            approved_at: agent.approved_at,
        }),
        bootstrap_expires_at: cluster.join.map(|join| join.expires_at),
        last_seen_at: None,
    }
}

pub(super) fn provider(provider: Provider) -> ClusterProvider {
    match provider {
        Provider::Aks => ClusterProvider::Aks,
        Provider::Eks => ClusterProvider::Eks,
        Provider::Gke => ClusterProvider::Gke,
        Provider::OpenShift => ClusterProvider::OpenShift,
        Provider::Rke => ClusterProvider::Rke,
        Provider::Other => ClusterProvider::Other,
    }
}

pub(super) fn environment(environment: Environment) -> ClusterEnvironment {
    match environment {
        Environment::Cloud => ClusterEnvironment::Cloud,
        Environment::OnPrem => ClusterEnvironment::OnPrem,
        Environment::Edge => ClusterEnvironment::Edge,
    }
}

/// A version of a blueprint as it is shown.
pub(super) fn blueprint(it: &VersionReference) -> api::VersionReference {
    api::VersionReference {
        name: it.of.name.clone(),
        version: it.version.name.clone(),
        id: it.of.id,
        version_id: it.version.id,
    }
}

/// A proxy as it is shown: without its password.
pub(super) fn proxy(of: &Proxy) -> ClusterProxy {
    ClusterProxy {
        http_proxy: of.http_proxy.clone(),
        https_proxy: of.https_proxy.clone(),
        no_proxy: of.no_proxy.iter().cloned().collect(),
        user: of.user.clone(),
        has_password: of.password.is_some(),
    }
}
