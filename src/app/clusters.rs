//! Clusters: what people declare, and what agents do.

mod agents;
mod bootstrap;
mod manifest;
mod spec;

pub use agents::Joined;
pub use bootstrap::IssueBootstrap;

use super::declared::{Declared, permit};
use super::home::{Home, InProject};
use super::plan::{Plan, UseCase};
use super::{App, Refused};
use crate::authz::Permission;
use aggregates::cluster::{Cluster, ClusterCommand};
use aggregates::sharing::Sharing;
use api::{ClusterInput, VersionReferenceInput};
use projections::clusters;
use serde_json::json;
use uuid::Uuid;
use values::{Name, ScopeId, Timestamp};

impl Declared for Cluster {
    type Home = InProject;
    type Input = ClusterInput;

    const DELETE: Permission = Permission::ClusterDelete;

    fn name_in(input: &ClusterInput) -> &str {
        input.metadata.name.as_str()
    }

    fn protection_in(input: &ClusterInput) -> bool {
        input.metadata.deletion_protection
    }

    fn name(&self) -> &str {
        self.name.as_ref().map_or("", Name::as_str)
    }

    fn is_protected(&self) -> bool {
        self.profile.deletion_protection
    }

    fn sharing(&self) -> Option<&Sharing> {
        Some(&self.spec.sharing)
    }

    async fn declare(
        plan: &mut Plan<'_>,
        home: &InProject,
        before: Option<&Self>,
        input: &ClusterInput,
    ) -> Result<ClusterCommand, Refused> {
        let (project, name) = (home.project, input.metadata.name.clone());
        let profile = super::orgs::profile(&input.metadata);
        let spec = spec::declared(plan, home, before.map(|before| &before.spec), &input.spec).await?;
        if spec.blueprint.is_some() && before.is_none_or(|before| before.spec.blueprint != spec.blueprint) {
            permit(plan.call()?, Permission::ClusterAssignBlueprint, home.target())?;
        }
        let spec = Box::new(spec);
        Ok(match before {
            None => ClusterCommand::Create { project, name, profile, spec, at: plan.now },
            Some(_) => ClusterCommand::Update { profile, spec },
        })
    }
}

/// Gives a cluster a version of a blueprint, and changes nothing else.
pub struct AssignBlueprint {
    /// Where.
    pub home: InProject,
    /// Which.
    pub id: Uuid,
    /// The version.
    pub version: VersionReferenceInput,
}

impl UseCase for AssignBlueprint {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let loaded = plan.load_answer::<Cluster>(self.id).await?;
        let assigned = loaded.state.spec.blueprint.as_ref();
        let blueprint = spec::blueprint(plan, &self.home, assigned, &self.version, "").await?;
        let command = ClusterCommand::AssignBlueprint { blueprint };
        let after = plan.decide(self.home.org, self.id, loaded, command).await?;
        plan.answer(self.id, after.version, 200);
        Ok(())
    }
}

impl App {
    /// Appends to a cluster's document, as it is now, when its agent was last heard of.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn add_last_seen(
        &self,
        org: ScopeId,
        cluster: Uuid,
        document: &mut String,
    ) -> Result<(), Refused> {
        let seen = clusters::last_seen(&self.pool, org, cluster).await?;
        let seen = seen.and_then(|at| Timestamp::from_micros(at).ok());
        // The status is the last member of a document, and an object.
        if let (Some(seen), Some(stem)) = (seen, document.strip_suffix("}}")) {
            *document = format!("{stem},\"lastSeenAt\":{}}}}}", json!(seen));
        }
        Ok(())
    }
}
