//! What runs in a namespace, on clusters.
//!
//! ```text
//! (none) ── Create ──► draft ── Publish ──► published ⇄ unpublished
//!                        │                                 │
//!                        └── Delete ──► deleted ◄── Delete ┘    deleted ── Restore ──► what it was
//! ```
//!
//! Publishing makes a revision that never changes, and freezes the clusters that it is for: those of the placement that
//! the namespace is published on then. What changes afterwards, in the spec or in what the placement selects, is on no
//! cluster until it is published again. Rolling back sets what runs to what an older revision has, and publishes that.

mod command;
mod error;
mod event;

pub use command::WorkloadCommand;
pub use error::WorkloadRefusal;
pub use event::{Publication, RolledBack, WorkloadEvent, WorkloadUpdate};

use crate::artifact::Artifact;
use crate::condition::{self, Condition, Truth};
use crate::drift::Drift;
use crate::emit;
use crate::placement::{Placement, ids};
use crate::profile::Profile;
use crate::reference::Reference;
use crate::rollout::{Candidate, Rollout};
use crate::uses::Uses;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Name, Timestamp};

/// Where a workload stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WorkloadPhase {
    /// Never created.
    #[default]
    None,
    /// Never published.
    Draft,
    /// On its clusters.
    Published,
    /// On its clusters no longer.
    Unpublished,
    /// Deleted; restoring brings it back.
    Deleted,
}

impl WorkloadPhase {
    /// The form on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Unpublished => "unpublished",
            Self::Deleted => "deleted",
        }
    }
}

/// What people set on a workload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadSpec {
    /// What runs, and how it gets there.
    pub content: WorkloadContent,
    /// On which clusters it shall be.
    pub placement: Placement,
}

/// What runs, and how it gets there: what a revision keeps, and rolling back brings back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadContent {
    /// How the artifact is packaged.
    #[serde(rename = "type")]
    pub kind: WorkloadType,
    /// What is applied.
    pub artifact: Artifact,
    /// What differs on some clusters, in the order in which it is applied.
    pub overrides: Vec<Override>,
    /// What is done about what differs on a cluster.
    pub drift: Drift,
    /// In which order clusters get it.
    pub rollout: Rollout,
}

/// How a workload's artifact is packaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WorkloadType {
    /// Manifests, applied as they are.
    Yaml,
    /// A Helm chart.
    Helm,
    /// A folder with a kustomization.
    Kustomize,
}

/// What differs on some clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Override {
    /// On which.
    pub on: Placement,
    /// Values of a Helm chart: YAML.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub values: Option<String>,
    /// Strategic merge patches of what is applied: YAML documents.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub patch: Option<String>,
}

/// A cluster that a revision is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadTarget {
    /// The cluster.
    pub id: Uuid,
    /// Its name then.
    pub name: String,
    /// Its wave, from 1 on, where it comes in waves.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wave: Option<u32>,
    /// Which overrides are for it, counted from 0.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub overrides: Vec<u32>,
}

impl WorkloadContent {
    /// Which wave and which overrides are for each cluster, by name.
    #[must_use]
    pub fn targets(&self, mut candidates: Vec<Candidate>) -> Vec<WorkloadTarget> {
        candidates.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        let waves = self.rollout.waves_of(&candidates);
        let target = |(candidate, wave): (Candidate, Option<u32>)| {
            let mine = (0..).zip(&self.overrides).filter(|(_, one)| candidate.is_among(&one.on));
            let overrides = mine.map(|(index, _)| index).collect();
            WorkloadTarget { id: candidate.id, name: candidate.name, wave, overrides }
        };
        candidates.into_iter().zip(waves).map(target).collect()
    }
}

/// What is on clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Running {
    /// What.
    pub content: WorkloadContent,
    /// On which.
    pub targets: Vec<WorkloadTarget>,
}

impl Running {
    /// The clusters.
    #[must_use]
    pub fn clusters(&self) -> BTreeSet<Uuid> {
        clusters(&self.targets)
    }
}

/// A workload's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Workload {
    /// Where it stands.
    pub phase: WorkloadPhase,
    /// The project it is in, once it is in one.
    pub project: Option<Uuid>,
    /// The namespace it is in, once it is in one.
    pub namespace: Option<Reference>,
    /// Its name, once it has one.
    pub name: Option<Name>,
    /// What people wrote on it.
    pub profile: Profile,
    /// What people set, once they did.
    pub spec: Option<WorkloadSpec>,
    /// The newest revision; 0 before there is one.
    pub revision: i64,
    /// What is on clusters, while it is.
    pub running: Option<Running>,
    /// What is the case about it.
    pub conditions: Vec<Condition>,
    /// How many events made it what it is.
    pub generation: i64,
}

impl Aggregate for Workload {
    type Command = WorkloadCommand;
    type Error = WorkloadRefusal;
    type Event = WorkloadEvent;
    type Services = ();

    const TYPE: &'static str = "workload";

    async fn handle(
        &mut self,
        command: WorkloadCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), WorkloadRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: WorkloadEvent) {
        self.generation += 1;
        match event {
            WorkloadEvent::Created { project, namespace, name, profile, spec, at, .. } => {
                self.phase = WorkloadPhase::Draft;
                self.project = Some(project);
                self.namespace = Some(namespace);
                self.name = Some(name);
                self.profile = profile;
                self.spec = Some(*spec);
                self.published(Truth::False, "Draft", "It was never published.".to_owned(), at);
            }
            WorkloadEvent::Updated(update) => update.apply_to(self),
            WorkloadEvent::Published(publication) => publication.apply_to(self),
            WorkloadEvent::Unpublished { at, .. } => {
                self.phase = WorkloadPhase::Unpublished;
                self.running = None;
                self.published(Truth::False, "Unpublished", "It was unpublished.".to_owned(), at);
            }
            WorkloadEvent::Deleted { .. } => self.phase = WorkloadPhase::Deleted,
            WorkloadEvent::Restored { .. } => {
                self.phase =
                    if self.revision > 0 { WorkloadPhase::Unpublished } else { WorkloadPhase::Draft };
            }
        }
    }
}

impl Workload {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(&self, command: WorkloadCommand) -> Result<Vec<WorkloadEvent>, WorkloadRefusal> {
        use WorkloadCommand as C;
        use WorkloadPhase as P;
        match (self.phase, command) {
            (P::None, C::Create { project, namespace, name, profile, spec, at }) => {
                let uses = Uses::between(&BTreeSet::new(), &ids(&spec.placement.clusters));
                Ok(vec![WorkloadEvent::Created { project, namespace, name, profile, spec, uses, at }])
            }
            (
                P::None,
                C::Update { .. }
                | C::Publish { .. }
                | C::RollBack { .. }
                | C::Unpublish { .. }
                | C::Delete
                | C::Restore,
            ) => Err(WorkloadRefusal::NotFound),
            (P::Draft | P::Published | P::Unpublished | P::Deleted, C::Create { .. }) => {
                Err(WorkloadRefusal::AlreadyExists)
            }

            (P::Draft | P::Published | P::Unpublished, C::Update { profile, spec }) => {
                let update = WorkloadUpdate::between(self, profile, *spec)?;
                Ok(update.map(|update| WorkloadEvent::Updated(Box::new(update))).into_iter().collect())
            }
            (P::Draft | P::Published | P::Unpublished, C::Publish { targets, notes, at }) => {
                self.publish(None, targets, notes, at)
            }
            (P::Draft, C::RollBack { .. } | C::Unpublish { .. }) => Err(WorkloadRefusal::NeverPublished),
            (P::Published | P::Unpublished, C::RollBack { to, content, targets, notes, at }) => {
                self.publish(Some(RolledBack { to, content: *content }), targets, notes, at)
            }
            (P::Published, C::Unpublish { at }) => Ok(vec![WorkloadEvent::Unpublished {
                namespace: self.known_namespace()?,
                clusters: self.on(),
                uses: Uses::between(&self.uses(), &self.named()),
                at,
            }]),
            (P::Published, C::Delete) => Err(WorkloadRefusal::StillPublished),
            (P::Draft | P::Unpublished, C::Delete) if self.profile.deletion_protection => {
                Err(WorkloadRefusal::DeletionProtected)
            }
            (P::Draft | P::Unpublished, C::Delete) => Ok(vec![WorkloadEvent::Deleted {
                project: self.known_project()?,
                namespace: self.known_namespace()?.id,
                name: self.known_name()?,
                uses: Uses::between(&self.uses(), &BTreeSet::new()),
            }]),
            (P::Unpublished, C::Unpublish { .. })
            | (P::Draft | P::Published | P::Unpublished, C::Restore)
            | (P::Deleted, C::Delete) => Ok(vec![]),

            (P::Deleted, C::Restore) => Ok(vec![WorkloadEvent::Restored {
                project: self.known_project()?,
                namespace: self.known_namespace()?.id,
                name: self.known_name()?,
                uses: Uses::between(&BTreeSet::new(), &self.uses()),
            }]),
            (P::Deleted, C::Update { .. } | C::Publish { .. } | C::RollBack { .. } | C::Unpublish { .. }) => {
                Err(WorkloadRefusal::Deleted)
            }
        }
    }

    /// Whether what people set is not what is on clusters.
    #[must_use]
    pub fn differs(&self) -> bool {
        let is = self.running.as_ref().map(|running| &running.content);
        is.is_some_and(|is| self.spec.as_ref().is_some_and(|spec| spec.content != *is))
    }

    /// Publishing what is on its clusters already is nothing; no cluster to be on is refused.
    fn publish(
        &self,
        rolled_back: Option<RolledBack>,
        targets: Vec<WorkloadTarget>,
        notes: values::Description,
        at: Timestamp,
    ) -> Result<Vec<WorkloadEvent>, WorkloadRefusal> {
        if targets.is_empty() {
            return Err(WorkloadRefusal::NamespaceNotPublished);
        }
        let spec = self.spec.as_ref().ok_or(WorkloadRefusal::NotFound)?;
        let content = rolled_back.as_ref().map_or(&spec.content, |back| &back.content);
        let is_so = |running: &Running| running.content == *content && running.targets == targets;
        if self.running.as_ref().is_some_and(is_so) && spec.content == *content {
            return Ok(vec![]);
        }
        let publication = Publication::of(self, rolled_back, targets, notes, at)?;
        Ok(vec![WorkloadEvent::Published(Box::new(publication))])
    }

    /// The clusters that it is on.
    fn on(&self) -> BTreeSet<Uuid> {
        self.running.as_ref().map(Running::clusters).unwrap_or_default()
    }

    /// The clusters that its placement names.
    fn named(&self) -> BTreeSet<Uuid> {
        self.spec.as_ref().map(|spec| ids(&spec.placement.clusters)).unwrap_or_default()
    }

    /// The clusters that it uses: those its placement names, and those it is on.
    fn uses(&self) -> BTreeSet<Uuid> {
        &self.named() | &self.on()
    }

    fn published(&mut self, status: Truth, reason: &str, message: String, at: Timestamp) {
        let condition = Condition {
            kind: "Published".to_owned(),
            status,
            reason: reason.to_owned(),
            message,
            last_transition_time: at,
            observed_generation: self.generation,
        };
        condition::set(&mut self.conditions, condition);
    }

    fn known_name(&self) -> Result<Name, WorkloadRefusal> {
        self.name.clone().ok_or(WorkloadRefusal::NotFound)
    }

    fn known_project(&self) -> Result<Uuid, WorkloadRefusal> {
        self.project.ok_or(WorkloadRefusal::NotFound)
    }

    fn known_namespace(&self) -> Result<Reference, WorkloadRefusal> {
        self.namespace.clone().ok_or(WorkloadRefusal::NotFound)
    }
}

/// The clusters of targets.
fn clusters(of: &[WorkloadTarget]) -> BTreeSet<Uuid> {
    of.iter().map(|target| target.id).collect()
}
