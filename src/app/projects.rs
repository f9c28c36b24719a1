//! Projects: the parts of an org.

use super::declared::Declared;
use super::home::InOrg;
use super::plan::Plan;
use super::{App, Fault, Refused};
use crate::authz::{Permission, Target};
use aggregates::project::{Project, ProjectCommand, ProjectSpec};
use aggregates::quota::{Quota, Resource};
use api::{ProjectInput, ResourceQuota, ResourceUsage};
use projections::documents::Sighted;
use projections::projects;
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;
use values::{Name, Quantity, ScopeId};

/// The most namespaces that a project can leave alone.
const MOST_EXCLUDED: usize = 256;

impl Declared for Project {
    type Home = InOrg;
    type Input = ProjectInput;

    const DELETE: Permission = Permission::ProjectDelete;
    const RENAMES: bool = true;

    fn target(home: &InOrg, this: &Sighted) -> Target {
        Target::Project { org: home.org, partner: home.partner, project: this.id }
    }

    fn name_in(input: &ProjectInput) -> &str {
        input.metadata.name.as_str()
    }

    fn protection_in(input: &ProjectInput) -> bool {
        input.metadata.deletion_protection
    }

    fn name(&self) -> &str {
        self.name.as_ref().map_or("", Name::as_str)
    }

    fn is_protected(&self) -> bool {
        self.profile.deletion_protection
    }

    async fn declare(
        _: &mut Plan<'_>,
        _: &InOrg,
        before: Option<&Self>,
        input: &ProjectInput,
    ) -> Result<ProjectCommand, Refused> {
        let name = input.metadata.name.clone();
        let profile = super::orgs::profile(&input.metadata);
        let spec = Box::new(spec(&input.spec)?);
        Ok(match before {
            None => ProjectCommand::Create { name, profile, spec },
            Some(_) => ProjectCommand::Update { name, profile, spec },
        })
    }
}

fn spec(spec: &api::ProjectSpec) -> Result<ProjectSpec, Refused> {
    if spec.excluded_namespaces.len() > MOST_EXCLUDED {
        return Err(Refused::Invalid {
            pointer: "/spec/excludedNamespaces",
            code: "too_many",
            detail: format!("at most {MOST_EXCLUDED} namespaces"),
        });
    }
    Ok(ProjectSpec {
        quota: quota(&spec.quota),
        default_namespace_quota: quota(&spec.default_namespace_quota),
        excluded_namespaces: spec.excluded_namespaces.clone(),
    })
}

/// A quota, as aggregates keep it.
#[must_use]
pub fn quota(given: &ResourceQuota) -> Quota {
    let count = |count: Option<u32>| count.map(Quantity::from_units);
    let limits = [
        (Resource::CpuRequests, given.cpu_requests),
        (Resource::CpuLimits, given.cpu_limits),
        (Resource::MemoryRequests, given.memory_requests),
        (Resource::MemoryLimits, given.memory_limits),
        (Resource::StorageRequests, given.storage_requests),
        (Resource::EphemeralStorageRequests, given.ephemeral_storage_requests),
        (Resource::EphemeralStorageLimits, given.ephemeral_storage_limits),
        (Resource::Pods, count(given.pods)),
        (Resource::Services, count(given.services)),
        (Resource::ConfigMaps, count(given.config_maps)),
        (Resource::Secrets, count(given.secrets)),
        (Resource::PersistentVolumeClaims, count(given.persistent_volume_claims)),
        (Resource::LoadBalancers, count(given.load_balancers)),
        (Resource::NodePorts, count(given.node_ports)),
        (Resource::Gpus, count(given.gpus)),
    ];
    limits.into_iter().filter_map(|(resource, limit)| Some((resource, limit?))).collect()
}

impl App {
    /// Appends to a project's document, as it is now, what its namespaces hold.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn add_usage(&self, org: ScopeId, project: Uuid, document: &mut String) -> Result<(), Refused> {
        let usage: BTreeMap<&str, ResourceUsage> = projects::held(&self.pool, org, project)
            .await?
            .into_iter()
            .map(|held| (held.resource.as_str(), ResourceUsage { limit: held.limit, used: held.used }))
            .collect();
        // The status is the last member of a document, and an object.
        if let Some(stem) = document.strip_suffix("}}") {
            *document = format!("{stem},\"usage\":{}}}}}", json!(usage));
        }
        Ok(())
    }
}

/// What a namespace by default holds more than its project has, at its place in the document.
pub(super) fn above_quota(resource: Resource, detail: String) -> Refused {
    let pointer = format!("/spec/defaultNamespaceQuota/{}", resource.as_str());
    Refused::Faults(vec![Fault { pointer, code: "above_quota".to_owned(), detail }])
}
