//! What can have happened to a workload. Stored for ever: a stored form never changes.

use super::{
    Override, Running, Workload, WorkloadContent, WorkloadPhase, WorkloadRefusal, WorkloadSpec,
    WorkloadTarget, WorkloadType, clusters,
};
use crate::artifact::Artifact;
use crate::condition::Truth;
use crate::drift::Drift;
use crate::facts::{Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, Requirement, Subject, Target};
use crate::placement::{Placement, ids, placeable};
use crate::profile::Profile;
use crate::reference::Reference;
use crate::rollout::Rollout;
use crate::uses::Uses;
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Description, Name, Timestamp};

/// The phases of a namespace that workloads can be in.
const LIVE: &[&str] = &["draft", "published", "unpublished"];

/// An event of a workload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum WorkloadEvent {
    /// It was made, as a draft.
    Created {
        /// The project it is in.
        project: Uuid,
        /// The namespace it is in.
        namespace: Reference,
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<WorkloadSpec>,
        /// The clusters that its placement names.
        uses: Uses,
        /// When.
        at: Timestamp,
    },
    /// Some of what people set changed.
    Updated(Box<WorkloadUpdate>),
    /// It was put on clusters, the first time or again.
    Published(Box<Publication>),
    /// It was taken off its clusters.
    Unpublished {
        /// The namespace it is in.
        namespace: Reference,
        /// The clusters that it was on.
        clusters: BTreeSet<Uuid>,
        /// Those of them that its placement does not name.
        uses: Uses,
        /// When.
        at: Timestamp,
    },
    /// It was deleted, softly.
    Deleted {
        /// The project it was in.
        project: Uuid,
        /// The namespace it was in.
        namespace: Uuid,
        /// The name that is free again.
        name: Name,
        /// The clusters that its placement named.
        uses: Uses,
    },
    /// It came back as it was.
    Restored {
        /// The project it is in.
        project: Uuid,
        /// The namespace it is in.
        namespace: Uuid,
        /// The name that it has again.
        name: Name,
        /// The clusters that its placement names.
        uses: Uses,
    },
}

/// What an update changed; a member that is absent stayed as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadUpdate {
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<Profile>,
    /// How the artifact is packaged.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<WorkloadType>,
    /// What is applied.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub artifact: Option<Artifact>,
    /// What differs on some clusters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub overrides: Option<Vec<Override>>,
    /// What is done about what differs on a cluster.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub drift: Option<Drift>,
    /// In which order clusters get it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rollout: Option<Rollout>,
    /// On which clusters it shall be.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub placement: Option<Placement>,
    /// The clusters that its placement names now, and did not, and the other way round, as far as it is not on them.
    #[serde(skip_serializing_if = "Uses::is_empty", default)]
    pub uses: Uses,
}

/// How it was put on clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Publication {
    /// The namespace it is in, which is on all of them.
    pub namespace: Reference,
    /// The number of the revision.
    pub revision: i64,
    /// The clusters that it is on.
    pub targets: Vec<WorkloadTarget>,
    /// Those that it was not on before.
    pub joined: BTreeSet<Uuid>,
    /// The clusters that it is on no longer.
    pub left: BTreeSet<Uuid>,
    /// What it uses now, and did not, and the other way round.
    #[serde(skip_serializing_if = "Uses::is_empty", default)]
    pub uses: Uses,
    /// What whoever published it said about it.
    pub notes: Description,
    /// What it was rolled back to; where nothing is said, what people had set was published.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rolled_back: Option<RolledBack>,
    /// When.
    pub at: Timestamp,
}

/// What a workload was rolled back to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RolledBack {
    /// The older revision.
    pub to: i64,
    /// What that has.
    pub content: WorkloadContent,
}

impl WorkloadUpdate {
    /// What differs between what is and what shall be; `None` when nothing does.
    pub(super) fn between(
        is: &Workload,
        profile: Profile,
        spec: WorkloadSpec,
    ) -> Result<Option<Self>, WorkloadRefusal> {
        let before = is.spec.as_ref().ok_or(WorkloadRefusal::NotFound)?;
        let WorkloadContent { kind, artifact, overrides, drift, rollout } = spec.content;
        let uses = Uses::between(&is.uses(), &(&ids(&spec.placement.clusters) | &is.on()));
        let content = &before.content;
        let update = Self {
            profile: (is.profile != profile).then_some(profile),
            kind: (content.kind != kind).then_some(kind),
            artifact: (content.artifact != artifact).then_some(artifact),
            overrides: (content.overrides != overrides).then_some(overrides),
            drift: (content.drift != drift).then_some(drift),
            rollout: (content.rollout != rollout).then_some(rollout),
            placement: (before.placement != spec.placement).then_some(spec.placement),
            uses,
        };
        Ok((update != Self::default()).then_some(update))
    }

    pub(super) fn apply_to(self, workload: &mut Workload) {
        if let Some(profile) = self.profile {
            workload.profile = profile;
        }
        let Some(WorkloadSpec { content, placement }) = &mut workload.spec else { return };
        if let Some(kind) = self.kind {
            content.kind = kind;
        }
        if let Some(artifact) = self.artifact {
            content.artifact = artifact;
        }
        if let Some(overrides) = self.overrides {
            content.overrides = overrides;
        }
        if let Some(drift) = self.drift {
            content.drift = drift;
        }
        if let Some(rollout) = self.rollout {
            content.rollout = rollout;
        }
        if let Some(wanted) = self.placement {
            *placement = wanted;
        }
    }
}

impl Publication {
    pub(super) fn of(
        is: &Workload,
        rolled_back: Option<RolledBack>,
        targets: Vec<WorkloadTarget>,
        notes: Description,
        at: Timestamp,
    ) -> Result<Self, WorkloadRefusal> {
        let (before, after) = (is.on(), clusters(&targets));
        let uses = Uses::between(&is.uses(), &(&is.named() | &after));
        let (namespace, revision) = (is.known_namespace()?, is.revision + 1);
        let (joined, left) = (&after - &before, &before - &after);
        Ok(Self { namespace, revision, targets, joined, left, uses, notes, rolled_back, at })
    }

    pub(super) fn apply_to(self, workload: &mut Workload) {
        let message = match self.targets.len() {
            1 => format!("Revision {} is on 1 cluster.", self.revision),
            count => format!("Revision {} is on {count} clusters.", self.revision),
        };
        workload.phase = WorkloadPhase::Published;
        workload.revision = self.revision;
        if let (Some(spec), Some(back)) = (&mut workload.spec, self.rolled_back) {
            spec.content = back.content;
        }
        let content = workload.spec.as_ref().map(|spec| spec.content.clone());
        workload.running = content.map(|content| Running { content, targets: self.targets });
        workload.published(Truth::True, "OnClusters", message, self.at);
    }

    /// The namespace is on each cluster that this is for.
    fn requirements(&self, of: Subject) -> impl Iterator<Item = Requirement> + '_ {
        let Reference { id: holder, name } = &self.namespace;
        let held = move |target: &WorkloadTarget| Requirement::Holds {
            claim: Claim::sibling(of.scope, ClaimKind::ClusterNamespace, target.id, name),
            holder: *holder,
        };
        self.joined.iter().map(|id| placeable(*id)).chain(self.targets.iter().map(held))
    }
}

fn named(of: Subject, project: Uuid, name: &Name) -> Claim {
    Claim::sibling(of.scope, ClaimKind::WorkloadName, project, name.as_str())
}

fn add(to: Target) -> ReferenceChange {
    ReferenceChange::Add { to, until: None }
}

fn drop(to: Target) -> ReferenceChange {
    ReferenceChange::Drop { to }
}

impl DomainEvent for WorkloadEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "workload.created",
            Self::Updated(_) => "workload.updated",
            Self::Published(_) => "workload.published",
            Self::Unpublished { .. } => "workload.unpublished",
            Self::Deleted { .. } => "workload.deleted",
            Self::Restored { .. } => "workload.restored",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for WorkloadEvent {
    fn claims(&self, of: Subject) -> Vec<ClaimChange> {
        match self {
            Self::Created { project, name, .. } | Self::Restored { project, name, .. } => {
                vec![ClaimChange::Take(named(of, *project, name))]
            }
            Self::Deleted { project, name, .. } => vec![ClaimChange::Release(named(of, *project, name))],
            Self::Updated(_) | Self::Published(_) | Self::Unpublished { .. } => vec![],
        }
    }

    /// It uses its project, its namespace and clusters; while it is published it runs in the namespace, on each cluster.
    fn references(&self, of: Subject) -> Vec<ReferenceChange> {
        let within =
            |project: &Uuid, namespace: &Uuid| [*project, *namespace].map(|id| Target::used(of.scope, id));
        let on = |namespace: Uuid| move |cluster: &Uuid| Target::runs_on(of.scope, namespace, *cluster);
        match self {
            Self::Created { project, namespace: Reference { id: namespace, .. }, uses, .. }
            | Self::Restored { project, namespace, uses, .. } => {
                within(project, namespace).into_iter().map(add).chain(uses.references(of)).collect()
            }
            Self::Deleted { project, namespace, uses, .. } => {
                within(project, namespace).into_iter().map(drop).chain(uses.references(of)).collect()
            }
            Self::Updated(update) => update.uses.references(of).collect(),
            Self::Published(it) => {
                let namespace = it.namespace.id;
                let left = it.left.iter().map(on(namespace)).map(drop);
                let joined = it.joined.iter().map(on(namespace)).map(add);
                let runs = add(Target::runs_in(of.scope, namespace));
                std::iter::once(runs).chain(left).chain(joined).chain(it.uses.references(of)).collect()
            }
            Self::Unpublished { namespace, clusters, uses, .. } => {
                let runs = drop(Target::runs_in(of.scope, namespace.id));
                let left = clusters.iter().map(on(namespace.id)).map(drop);
                std::iter::once(runs).chain(left).chain(uses.references(of)).collect()
            }
        }
    }

    fn requirements(&self, of: Subject) -> Vec<Requirement> {
        let within = |project: &Uuid, namespace: &Uuid| {
            [Requirement::active(*project), Requirement::InPhase { id: *namespace, phases: LIVE }].into_iter()
        };
        match self {
            Self::Created { project, namespace, spec, uses, .. } => {
                let artifact = spec.content.artifact.requirement(of);
                within(project, &namespace.id).chain(uses.requirements(placeable)).chain(artifact).collect()
            }
            Self::Restored { project, namespace, uses, .. } => {
                within(project, namespace).chain(uses.requirements(placeable)).collect()
            }
            Self::Updated(update) => {
                let artifact = update.artifact.as_ref().and_then(|artifact| artifact.requirement(of));
                update.uses.requirements(placeable).chain(artifact).collect()
            }
            Self::Published(publication) => publication.requirements(of).collect(),
            Self::Unpublished { .. } => vec![],
            Self::Deleted { .. } => vec![Requirement::Unused(Target::used(of.scope, of.id))],
        }
    }

    fn changes_authority(&self) -> bool {
        false
    }
}
