//! A namespace on the clusters of a project: what workloads are in.
//!
//! ```text
//! (none) ── Create ──► draft ── Publish ──► published ⇄ unpublished
//!                        │                                 │
//!                        └── Delete ──► deleted ◄── Delete ┘    deleted ── Restore ──► what it was
//! ```
//!
//! Publishing freezes the clusters that the placement selects then, and takes the name on each of them. What is
//! published is published again when placement or labels have changed since. It holds its share of the project's quota
//! for as long as it is there, published or not.

mod command;
mod error;
mod event;

pub use command::NamespaceCommand;
pub use error::NamespaceRefusal;
pub use event::{NamespaceEvent, NamespaceUpdate, Publication, Set};

use crate::condition::{self, Condition, Truth};
use crate::emit;
use crate::limit_range::LimitRange;
use crate::placement::{Placement, ids};
use crate::profile::Profile;
use crate::quota::Quota;
use crate::reference::Reference;
use crate::uses::Uses;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Annotations, Labels, Name, Timestamp};

/// Where a namespace stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NamespacePhase {
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

impl NamespacePhase {
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

/// What people set on a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceSpec {
    /// The labels of the namespace on its clusters.
    pub labels: Labels,
    /// The annotations of the namespace on its clusters.
    pub annotations: Annotations,
    /// The most that all in it may hold together; what is not named is as the project's default says.
    pub quota: Quota,
    /// What its containers may ask for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit_range: Option<LimitRange>,
    /// On which clusters it shall be.
    pub placement: Placement,
}

/// A namespace's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Namespace {
    /// Where it stands.
    pub phase: NamespacePhase,
    /// The project it is in, once it is in one.
    pub project: Option<Uuid>,
    /// Its name, once it has one.
    pub name: Option<Name>,
    /// What people wrote on it.
    pub profile: Profile,
    /// What people set.
    pub spec: NamespaceSpec,
    /// What it holds of its project's quota: its own, completed by what the default was when its own was set.
    pub held: Quota,
    /// The clusters that it is on.
    pub clusters: BTreeSet<Reference>,
    /// Whether it ever was on any.
    pub was_published: bool,
    /// What is the case about it.
    pub conditions: Vec<Condition>,
    /// How many events made it what it is.
    pub generation: i64,
}

impl Aggregate for Namespace {
    type Command = NamespaceCommand;
    type Error = NamespaceRefusal;
    type Event = NamespaceEvent;
    type Services = ();

    const TYPE: &'static str = "namespace";

    async fn handle(
        &mut self,
        command: NamespaceCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), NamespaceRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: NamespaceEvent) {
        self.generation += 1;
        match event {
            NamespaceEvent::Created { project, name, profile, spec, held, at, .. } => {
                self.phase = NamespacePhase::Draft;
                self.project = Some(project);
                self.name = Some(name);
                self.profile = profile;
                self.spec = *spec;
                self.held = held;
                self.published(Truth::False, "Draft", "It was never published.".to_owned(), at);
            }
            NamespaceEvent::Updated(update) => update.apply_to(self),
            NamespaceEvent::Published(publication) => {
                let Publication { clusters, at, .. } = *publication;
                self.phase = NamespacePhase::Published;
                self.was_published = true;
                let (truth, reason, message) = match clusters.len() {
                    0 => (Truth::False, "NoClusters", "The placement selected no cluster.".to_owned()),
                    1 => (Truth::True, "OnClusters", "It is on 1 cluster.".to_owned()),
                    count => (Truth::True, "OnClusters", format!("It is on {count} clusters.")),
                };
                self.clusters = clusters;
                self.published(truth, reason, message, at);
            }
            NamespaceEvent::Unpublished { at, .. } => {
                self.phase = NamespacePhase::Unpublished;
                self.clusters = BTreeSet::new();
                self.published(Truth::False, "Unpublished", "It was unpublished.".to_owned(), at);
            }
            NamespaceEvent::Deleted { .. } => self.phase = NamespacePhase::Deleted,
            NamespaceEvent::Restored { .. } => {
                self.phase =
                    if self.was_published { NamespacePhase::Unpublished } else { NamespacePhase::Draft };
            }
        }
    }
}

impl Namespace {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(&self, command: NamespaceCommand) -> Result<Vec<NamespaceEvent>, NamespaceRefusal> {
        use NamespaceCommand as C;
        use NamespacePhase as P;
        match (self.phase, command) {
            (P::None, C::Create { project, name, profile, spec, defaults, at }) => {
                if is_reserved(&name) {
                    return Err(NamespaceRefusal::ReservedName);
                }
                check(&spec)?;
                let held = spec.quota.or(&defaults);
                let uses = Uses::between(&BTreeSet::new(), &ids(&spec.placement.clusters));
                Ok(vec![NamespaceEvent::Created { project, name, profile, spec, held, uses, at }])
            }
            (
                P::None,
                C::Update { .. } | C::Publish { .. } | C::Unpublish { .. } | C::Delete | C::Restore,
            ) => Err(NamespaceRefusal::NotFound),
            (P::Draft | P::Published | P::Unpublished | P::Deleted, C::Create { .. }) => {
                Err(NamespaceRefusal::AlreadyExists)
            }

            (P::Draft | P::Published | P::Unpublished, C::Update { profile, spec, defaults }) => {
                check(&spec)?;
                let update = NamespaceUpdate::between(self, profile, *spec, &defaults);
                Ok(update.map(|update| NamespaceEvent::Updated(Box::new(update))).into_iter().collect())
            }
            (P::Published, C::Publish { clusters, .. }) if clusters == self.clusters => Ok(vec![]),
            (P::Draft | P::Published | P::Unpublished, C::Publish { clusters, at }) => {
                Ok(vec![NamespaceEvent::Published(Box::new(Publication::of(self, clusters, at)?))])
            }
            (P::Draft, C::Unpublish { .. }) => Err(NamespaceRefusal::NeverPublished),
            (P::Published, C::Unpublish { at }) => {
                let (name, clusters) = (self.known_name()?, ids(&self.clusters));
                let uses = Uses::between(&self.uses(), &ids(&self.spec.placement.clusters));
                Ok(vec![NamespaceEvent::Unpublished { name, clusters, uses, at }])
            }
            (P::Published, C::Delete) => Err(NamespaceRefusal::StillPublished),
            (P::Draft | P::Unpublished, C::Delete) if self.profile.deletion_protection => {
                Err(NamespaceRefusal::DeletionProtected)
            }
            (P::Draft | P::Unpublished, C::Delete) => {
                let (project, name, held) = (self.known_project()?, self.known_name()?, self.held.clone());
                let uses = Uses::between(&self.uses(), &BTreeSet::new());
                Ok(vec![NamespaceEvent::Deleted { project, name, held, uses }])
            }
            (P::Unpublished, C::Unpublish { .. })
            | (P::Draft | P::Published | P::Unpublished, C::Restore)
            | (P::Deleted, C::Delete) => Ok(vec![]),

            (P::Deleted, C::Restore) => {
                let (project, name, held) = (self.known_project()?, self.known_name()?, self.held.clone());
                let uses = Uses::between(&BTreeSet::new(), &self.uses());
                Ok(vec![NamespaceEvent::Restored { project, name, held, uses }])
            }
            (P::Deleted, C::Update { .. } | C::Publish { .. } | C::Unpublish { .. }) => {
                Err(NamespaceRefusal::Deleted)
            }
        }
    }

    /// The clusters that it uses: those it names, and those it is on.
    fn uses(&self) -> BTreeSet<Uuid> {
        &ids(&self.spec.placement.clusters) | &ids(&self.clusters)
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

    fn known_name(&self) -> Result<Name, NamespaceRefusal> {
        self.name.clone().ok_or(NamespaceRefusal::NotFound)
    }

    fn known_project(&self) -> Result<Uuid, NamespaceRefusal> {
        self.project.ok_or(NamespaceRefusal::NotFound)
    }
}

fn check(spec: &NamespaceSpec) -> Result<(), NamespaceRefusal> {
    match spec.limit_range.as_ref().and_then(LimitRange::out_of_order) {
        Some(out_of_order) => Err(NamespaceRefusal::LimitRange(out_of_order)),
        None => Ok(()),
    }
}

/// Names of namespaces that clusters have anyway: Kubernetes' (which keeps the prefix `kube-` for itself), and ours.
fn is_reserved(name: &Name) -> bool {
    let name = name.as_str();
    name == "default" || name.starts_with("kube-") || name.starts_with("quarterdeck-")
}
