//! Workloads: what runs in namespaces, on clusters.

mod spec;

use super::declared::{Declared, Judged, permit};
use super::home::{Home, InProject};
use super::plan::{Plan, UseCase};
use super::{App, Refused, placement, references};
use crate::authz::{Permission, Target};
use crate::ledger::compose::Loaded;
use aggregates::namespace::Namespace;
use aggregates::placement::{PLACEABLE, Placement, ids};
use aggregates::reference::Reference;
use aggregates::workload::{
    Workload, WorkloadCommand, WorkloadContent, WorkloadPhase, WorkloadRefusal, WorkloadTarget,
};
use aggregates::workload_revision::{Revision, WorkloadRevision, WorkloadRevisionCommand};
use api::{PendingTarget, PendingTargetChange, ReferenceInput, WorkloadInput};
use projections::documents::{self, Documented, Sighted, Which};
use projections::workloads;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use values::{Description, Name};

impl Declared for Workload {
    type Home = InProject;
    type Input = WorkloadInput;

    const DELETE: Permission = Permission::WorkloadWrite;
    const JUDGED_AS_DECLARED: Judged = Judged::Made;

    fn target(home: &InProject, this: &Sighted) -> Target {
        in_namespace(home, this.owner.unwrap_or(Uuid::nil()))
    }

    fn name_in(input: &WorkloadInput) -> &str {
        input.metadata.name.as_str()
    }

    fn protection_in(input: &WorkloadInput) -> bool {
        input.metadata.deletion_protection
    }

    fn name(&self) -> &str {
        self.name.as_ref().map_or("", Name::as_str)
    }

    fn is_protected(&self) -> bool {
        self.profile.deletion_protection
    }

    async fn declare(
        plan: &mut Plan<'_>,
        home: &InProject,
        before: Option<&Self>,
        input: &WorkloadInput,
    ) -> Result<WorkloadCommand, Refused> {
        let namespace = match before.and_then(|before| before.namespace.as_ref()) {
            Some(namespace) => unchanged(namespace, &input.spec.namespace)?,
            None => namespace(plan, home, &input.spec.namespace).await?,
        };
        let before = before.and_then(|before| before.spec.as_ref());
        let spec = Box::new(spec::declared(plan, home, before, &input.spec).await?);
        let profile = super::orgs::profile(&input.metadata);
        Ok(match before {
            None => WorkloadCommand::Create {
                project: home.project,
                namespace,
                name: input.metadata.name.clone(),
                profile,
                spec,
                at: plan.now,
            },
            Some(_) => WorkloadCommand::Update { profile, spec },
        })
    }
}

fn in_namespace(home: &InProject, namespace: Uuid) -> Target {
    let InProject { org, partner, project } = *home;
    Target::Namespace { org, partner, project, namespace }
}

/// The namespace that a new workload shall be in, where the caller may make workloads. Who may not in all of the project
/// does not learn which other namespaces there are.
async fn namespace(plan: &Plan<'_>, home: &InProject, given: &ReferenceInput) -> Result<Reference, Refused> {
    let found = references::one::<Namespace>(plan, home, given, "/spec/namespace").await;
    let target = found.as_ref().map_or(home.target(), |found| in_namespace(home, found.id));
    permit(plan.call()?, Permission::WorkloadWrite, target)?;
    found
}

/// A workload stays in its namespace.
fn unchanged(is: &Reference, given: &ReferenceInput) -> Result<Reference, Refused> {
    let same_name = given.name().is_none_or(|name| name.as_str() == is.name);
    let same = same_name && given.id().is_none_or(|id| id == is.id);
    if same { Ok(is.clone()) } else { Err(Refused::Immutable { pointer: "/spec/namespace" }) }
}

/// Publishes a workload on the clusters of its placement that its namespace is on now.
pub struct Publish {
    /// Where.
    pub home: InProject,
    /// Which.
    pub id: Uuid,
    /// What there is to say about the revision.
    pub notes: Description,
}

impl UseCase for Publish {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let loaded = plan.load_answer::<Workload>(self.id).await?;
        let spec = loaded.state.spec.as_ref().ok_or(Refused::NotFound)?;
        let targets = targets(plan.app, &self.home, &loaded.state, &spec.content, &spec.placement).await?;
        let command = WorkloadCommand::Publish { targets, notes: self.notes.clone(), at: plan.now };
        publish(plan, &self.home, self.id, loaded, command).await
    }
}

/// Publishes an older revision of a workload again, as a new one.
pub struct RollBack {
    /// Where.
    pub home: InProject,
    /// Which.
    pub id: Uuid,
    /// The older revision.
    pub to: i64,
    /// What there is to say about the new revision.
    pub notes: Description,
}

impl UseCase for RollBack {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let loaded = plan.load_answer::<Workload>(self.id).await?;
        let spec = loaded.state.spec.as_ref().ok_or(Refused::NotFound)?;
        if loaded.state.revision == 0 {
            return Err(WorkloadRefusal::NeverPublished.into());
        }
        let content = Box::new(self.older(plan).await?);
        let targets = targets(plan.app, &self.home, &loaded.state, &content, &spec.placement).await?;
        let (to, notes, at) = (self.to, self.notes.clone(), plan.now);
        let command = WorkloadCommand::RollBack { to, content, targets, notes, at };
        publish(plan, &self.home, self.id, loaded, command).await
    }
}

impl RollBack {
    /// What the older revision has.
    async fn older(&self, plan: &Plan<'_>) -> Result<WorkloadContent, Refused> {
        let (org, name) = (self.home.org(), self.to.to_string());
        let which = Which::Name(&name);
        let found = documents::sight(&plan.app.pool, org, self.id, WorkloadRevision::KIND, which).await?;
        let unknown = || Refused::Invalid {
            pointer: "/toRevision",
            code: "unknown_revision",
            detail: format!("the workload has no revision {name}: GET …/revisions lists them"),
        };
        let revision = plan.load::<WorkloadRevision>(found.ok_or_else(unknown)?.id).await?.state;
        Ok(revision.recorded.ok_or_else(unknown)?.content)
    }
}

/// Publishes a loaded workload, and makes the revision where there is a new one.
async fn publish(
    plan: &mut Plan<'_>,
    home: &InProject,
    id: Uuid,
    loaded: Loaded<Workload>,
    command: WorkloadCommand,
) -> Result<(), Refused> {
    let before = loaded.state.revision;
    let (notes, rolled_back_to) = match &command {
        WorkloadCommand::Publish { notes, .. } => (notes.clone(), None),
        WorkloadCommand::RollBack { to, notes, .. } => (notes.clone(), Some(*to)),
        WorkloadCommand::Create { .. }
        | WorkloadCommand::Update { .. }
        | WorkloadCommand::Unpublish { .. }
        | WorkloadCommand::Delete
        | WorkloadCommand::Restore => (Description::default(), None),
    };
    let after = plan.decide(home.org(), id, loaded, command).await?;
    let workload = &after.state;
    if let (Some(running), Some(namespace), Some(spec)) =
        (&workload.running, &workload.namespace, &workload.spec)
        && workload.revision > before
    {
        let revision = Revision {
            project: home.project,
            workload: Reference { id, name: workload.name().to_owned() },
            namespace: namespace.clone(),
            number: workload.revision,
            content: running.content.clone(),
            placement: spec.placement.clone(),
            targets: running.targets.clone(),
            notes,
            rolled_back_to,
        };
        let command = WorkloadRevisionCommand::Create(Box::new(revision));
        let revision = plan.new_id();
        plan.create::<WorkloadRevision>(home.org(), revision, command).await?;
    }
    plan.answer(id, after.version, 200);
    Ok(())
}

/// The clusters of a placement that a workload's namespace is on now.
async fn targets(
    app: &App,
    home: &InProject,
    workload: &Workload,
    content: &WorkloadContent,
    placement: &Placement,
) -> Result<Vec<WorkloadTarget>, Refused> {
    let Some(namespace) = &workload.namespace else { return Ok(vec![]) };
    let selected: Vec<Uuid> = ids(&placement::selected(app, home, placement).await?).into_iter().collect();
    let candidates = workloads::candidates(&app.pool, home.org(), namespace, &selected, PLACEABLE).await?;
    Ok(content.targets(candidates))
}

impl App {
    /// Appends to a published workload's document, as it is now, what publishing it again would change.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn add_pending_targets(
        self: &Arc<Self>,
        home: &InProject,
        id: Uuid,
        document: &mut String,
    ) -> Result<(), Refused> {
        let workload = Plan::new(self, None, true).load::<Workload>(id).await?.state;
        let (WorkloadPhase::Published, Some(running), Some(spec)) =
            (workload.phase, &workload.running, &workload.spec)
        else {
            return Ok(());
        };
        // What people changed since is said by `unpublishedChanges`; here it is about clusters.
        let now = targets(self, home, &workload, &running.content, &spec.placement).await?;
        let pending = pending(&running.targets, &now);
        // The status is the last member of a document, and an object.
        if let Some(stem) = document.strip_suffix("}}") {
            *document = format!("{stem},\"pendingTargets\":{}}}}}", json!(pending));
        }
        Ok(())
    }
}

/// What publishing would change on clusters, by name.
fn pending(is: &[WorkloadTarget], shall_be: &[WorkloadTarget]) -> Vec<PendingTarget> {
    let by_id = |of: &[WorkloadTarget]| of.iter().map(|it| (it.id, it.clone())).collect::<HashMap<_, _>>();
    let (before, after) = (by_id(is), by_id(shall_be));
    let pending = |target: &WorkloadTarget, change| PendingTarget {
        cluster_id: target.id,
        name: target.name.clone(),
        change,
    };
    let new = shall_be.iter().filter_map(|target| match before.get(&target.id) {
        None => Some(pending(target, PendingTargetChange::Add)),
        Some(was) if was != target => Some(pending(target, PendingTargetChange::Update)),
        Some(_) => None,
    });
    let gone = is.iter().filter(|target| !after.contains_key(&target.id));
    let gone = gone.map(|target| pending(target, PendingTargetChange::Remove));
    let mut all: Vec<PendingTarget> = new.chain(gone).collect();
    all.sort_by(|one, other| (&one.name, one.cluster_id).cmp(&(&other.name, other.cluster_id)));
    all
}
