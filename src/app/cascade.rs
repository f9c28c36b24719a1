//! A deleted project brought back with what was in it.
//!
//! A project is deleted when it is empty, so what was in it was deleted before, one thing after the other. What comes back
//! is what was deleted since something was last made, restored or published in it: the project as it was then, each thing as
//! it was last. What was thrown away while the project was in use stays away.

use super::apply::{Part, Under};
use super::blueprints::{Move, Verb};
use super::declared::{Applied, Declared, Outcome, permit};
use super::home::InOrg;
use super::home::InProject;
use super::plan::Plan;
use super::{App, Refused};
use crate::authz::{Permission, Target};
use crate::ledger::compose::Loaded;
use aggregates::addon::{Addon, AddonCommand};
use aggregates::addon_version::{AddonVersion, AddonVersionCommand};
use aggregates::blueprint::Blueprint;
use aggregates::blueprint_version::{BlueprintVersion, BlueprintVersionCommand};
use aggregates::cluster::{Cluster, ClusterCommand};
use aggregates::namespace::{Namespace, NamespaceCommand};
use aggregates::project::{Project, ProjectCommand};
use aggregates::workload::{Workload, WorkloadCommand};
use projections::documents::Documented;
use projections::projects::{self, InTree, Kept};
use uuid::Uuid;
use values::ScopeId;

/// The most things that come back at once.
pub const MOST_THINGS: usize = 500;

/// One thing that comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The project.
    pub project: Uuid,
    /// The thing.
    pub thing: InTree,
}

impl App {
    /// A project, and what comes back with it.
    ///
    /// # Errors
    /// It is too much to come back at once, or the database could not answer.
    pub async fn lost_with(&self, org: ScopeId, project: Uuid) -> Result<Vec<Lost>, Refused> {
        let most = i64::try_from(MOST_THINGS).unwrap_or(i64::MAX);
        let things = projects::lost_with(&self.pool, org, project, most + 1).await?;
        if things.len() > MOST_THINGS {
            return Err(Refused::InvalidState(format!(
                "More than {MOST_THINGS} things would come back: restore the project alone, and then what is needed of them."
            )));
        }
        Ok(things.into_iter().map(|thing| Lost { project, thing }).collect())
    }
}

impl Part for Lost {
    fn rank(&self) -> u8 {
        match self.thing.kind {
            Kept::Project => 1,
            Kept::Addon => 2,
            Kept::AddonVersion => 3,
            Kept::Blueprint => 4,
            Kept::BlueprintVersion => 5,
            Kept::Cluster => 6,
            Kept::Namespace => 7,
            Kept::Workload => 8,
        }
    }

    async fn plan(&self, plan: &mut Plan<'_>, org: InOrg) -> Result<(Applied, Under), Refused> {
        let InOrg { org, partner } = org;
        let (id, at) = (self.thing.id, plan.now);
        let inside = Target::Project { org, partner, project: self.project };
        let under = match self.thing.kind {
            Kept::Project => (Permission::ProjectCreate, Target::Org { org, partner }),
            Kept::Addon | Kept::AddonVersion => (Permission::AddonWrite, inside),
            Kept::Blueprint | Kept::BlueprintVersion => (Permission::BlueprintWrite, inside),
            Kept::Cluster => (Permission::ClusterCreate, inside),
            Kept::Namespace => (Permission::NamespaceWrite, inside),
            Kept::Workload => (Permission::WorkloadWrite, inside),
        };
        permit(plan.call()?, under.0, under.1)?;
        let applied = match self.thing.kind {
            Kept::Project => {
                // What 'If-Match' is about.
                plan.load_answer::<Project>(id).await?;
                restore::<Project>(plan, org, id, ProjectCommand::Restore).await
            }
            Kept::Addon => restore::<Addon>(plan, org, id, AddonCommand::Restore).await,
            Kept::AddonVersion => restore::<AddonVersion>(plan, org, id, AddonVersionCommand::Restore).await,
            Kept::Blueprint => {
                let loaded = plan.load::<Blueprint>(id).await?;
                let before = loaded.version;
                let home = InProject { org, partner, project: self.project };
                let after = Move { home, id, verb: Verb::Restore }.go(plan, loaded).await?;
                Ok(restored(id, before, &after))
            }
            Kept::BlueprintVersion => {
                restore::<BlueprintVersion>(plan, org, id, BlueprintVersionCommand::Restore).await
            }
            Kept::Cluster => restore::<Cluster>(plan, org, id, ClusterCommand::Restore { at }).await,
            Kept::Namespace => restore::<Namespace>(plan, org, id, NamespaceCommand::Restore).await,
            Kept::Workload => restore::<Workload>(plan, org, id, WorkloadCommand::Restore).await,
        };
        Ok((applied?, under))
    }
}

async fn restore<K: Declared>(
    plan: &mut Plan<'_>,
    org: ScopeId,
    id: Uuid,
    command: K::Command,
) -> Result<Applied, Refused> {
    let loaded = plan.load::<K>(id).await?;
    let before = loaded.version;
    let after = plan.decide(org, id, loaded, command).await?;
    Ok(restored(id, before, &after))
}

const fn restored<K: Documented>(id: Uuid, before: i64, after: &Loaded<K>) -> Applied {
    Applied { id, version: after.version, outcome: Outcome::of(before, after.version) }
}
