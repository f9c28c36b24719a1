//! Blueprints: what clusters are set up with.

use super::declared::{Declared, permit};
use super::home::{Home, InProject, Inside};
use super::plan::{Plan, UseCase};
use super::{App, Call, Refused, references};
use crate::authz::{Permission, Target};
use crate::ledger::compose::Loaded;
use aggregates::blueprint::{Blueprint, BlueprintCommand, BlueprintRefusal, BlueprintSpec, BlueprintType};
use aggregates::blueprint_version::{BlueprintVersion, BlueprintVersionCommand};
use aggregates::setup::{AddonUse, Setup};
use aggregates::sharing::Sharing;
use api::{
    AddonAt, AddonChange, BlueprintImpact, BlueprintInput, ClusterImpact, DriftChange, Reference,
    SwitchChange,
};
use projections::blueprint_versions::drift;
use projections::{blueprint_versions, blueprints};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use uuid::Uuid;
use values::Name;

impl Declared for Blueprint {
    type Home = InProject;
    type Input = BlueprintInput;

    const DELETE: Permission = Permission::BlueprintWrite;

    fn name_in(input: &BlueprintInput) -> &str {
        input.metadata.name.as_str()
    }

    fn protection_in(input: &BlueprintInput) -> bool {
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
        input: &BlueprintInput,
    ) -> Result<BlueprintCommand, Refused> {
        let (project, name) = (home.project, input.metadata.name.clone());
        let profile = super::orgs::profile(&input.metadata);
        let spec = Box::new(BlueprintSpec {
            r#type: match input.spec.r#type {
                api::BlueprintType::Custom => BlueprintType::Custom,
                api::BlueprintType::Golden => BlueprintType::Golden,
            },
            sharing: references::sharing(plan, home, &input.spec.sharing, "/spec/sharing").await?,
        });
        Ok(match before {
            None => BlueprintCommand::Create { project, name, profile, spec },
            Some(_) => BlueprintCommand::Update { profile, spec },
        })
    }
}

impl From<BlueprintRefusal> for Refused {
    fn from(refusal: BlueprintRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            BlueprintRefusal::NotFound => Self::NotFound,
            BlueprintRefusal::AlreadyExists | BlueprintRefusal::Deleted => Self::InvalidState(detail),
            BlueprintRefusal::DeletionProtected => Self::DeletionProtected(detail),
            BlueprintRefusal::TypeIsFixed => {
                Self::Invalid { pointer: "/spec/type", code: "immutable_field", detail }
            }
        }
    }
}

/// What is done to a blueprint that is there, and to its versions with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Delete it.
    Delete,
    /// Bring it back.
    Restore,
}

/// Moves a blueprint through its life, and its versions with it. A version that is made meanwhile makes admission send the
/// unit back to be planned again.
#[derive(Debug)]
pub struct Move {
    /// Where.
    pub home: InProject,
    /// Which.
    pub id: Uuid,
    /// Where to.
    pub verb: Verb,
}

impl UseCase for Move {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let loaded = plan.load_answer::<Blueprint>(self.id).await?;
        let after = self.go(plan, loaded).await?;
        plan.answer(self.id, after.version, 200);
        Ok(())
    }
}

impl Move {
    /// Moves it, loaded, as part of a plan.
    pub(super) async fn go(
        &self,
        plan: &mut Plan<'_>,
        loaded: Loaded<Blueprint>,
    ) -> Result<Loaded<Blueprint>, Refused> {
        let (command, to_versions) = match self.verb {
            Verb::Delete => (BlueprintCommand::Delete, BlueprintVersionCommand::Withdraw),
            Verb::Restore => (BlueprintCommand::Restore, BlueprintVersionCommand::Return),
        };
        let org = self.home.org();
        let after = plan.decide(org, self.id, loaded, command).await?;
        for version in blueprint_versions::of_blueprint(&plan.app.pool, org, self.id).await? {
            let loaded = plan.load::<BlueprintVersion>(version).await?;
            plan.decide(org, version, loaded, to_versions.clone()).await?;
        }
        Ok(after)
    }
}

impl App {
    /// What moving the clusters of a blueprint to one of its versions would change: of those that the caller may see.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn impact(
        self: &Arc<Self>,
        call: &Call,
        home: &Inside,
        version: Uuid,
    ) -> Result<BlueprintImpact, Refused> {
        let plan = Plan::new(self, None, true);
        let would_be = plan.load::<BlueprintVersion>(version).await?.state.spec.setup();
        let mut setups: HashMap<Uuid, Setup> = HashMap::new();
        let mut items = vec![];
        for cluster in blueprints::clusters_of(&self.pool, home.org(), home.parent).await? {
            let InProject { org, partner, .. } = home.home;
            let target = Target::Project { org, partner, project: cluster.project };
            if permit(call, Permission::ClusterRead, target).is_err() {
                continue;
            }
            let setup = match setups.entry(cluster.version) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let state = plan.load::<BlueprintVersion>(cluster.version).await?.state;
                    new.insert(state.spec.setup())
                }
            };
            let mut impact = between(setup, &would_be);
            impact.cluster = Reference { name: cluster.name, id: cluster.id };
            impact.project_id = cluster.project;
            impact.current = Reference { name: cluster.version_name, id: cluster.version };
            items.push(impact);
        }
        Ok(BlueprintImpact { items })
    }
}

/// What moving a cluster from one setup to another changes; which cluster it is, is for the caller to say.
fn between(is: &Setup, would_be: &Setup) -> ClusterImpact {
    let at = |it: &AddonUse| AddonAt { name: it.addon.name.clone(), version: it.version.name.clone() };
    let lacks = |setup: &Setup, it: &AddonUse| setup.addons.iter().all(|other| other.addon.id != it.addon.id);
    let addons_added: Vec<_> = would_be.addons.iter().filter(|it| lacks(is, it)).map(at).collect();
    let addons_removed: Vec<_> = is.addons.iter().filter(|it| lacks(would_be, it)).map(at).collect();
    let changed = |from: &AddonUse| {
        let to = would_be.addons.iter().find(|it| it.addon.id == from.addon.id).filter(|to| *to != from)?;
        Some(AddonChange {
            name: to.addon.name.clone(),
            from: from.version.name.clone(),
            to: to.version.name.clone(),
        })
    };
    let addons_changed: Vec<_> = is.addons.iter().filter_map(changed).collect();
    let drift_change = DriftChange { from: drift(is.drift), to: drift(would_be.drift) };
    let sync = SwitchChange { from: is.namespace_sync, to: would_be.namespace_sync };
    let nothing = Reference { name: String::new(), id: Uuid::nil() };
    ClusterImpact {
        cluster: nothing.clone(),
        project_id: Uuid::nil(),
        current: nothing,
        changes: is != would_be,
        addons_added,
        addons_removed,
        addons_changed,
        drift: (drift_change.from != drift_change.to).then_some(drift_change),
        namespace_sync: (sync.from != sync.to).then_some(sync),
    }
}
