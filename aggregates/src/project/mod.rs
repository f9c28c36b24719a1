//! A part of an org: what clusters, blueprints, namespaces and workloads are in.
//!
//! ```text
//! (none) ── Create ──► active ── Delete ──► deleted ── Restore ──► active
//! ```
//!
//! Only an empty project can be deleted. Its quota is a limit on what all its namespaces hold together, judged by
//! the ledger; what a namespace holds by default must fit into it.

mod command;
mod error;
mod event;

pub use command::ProjectCommand;
pub use error::ProjectRefusal;
pub use event::{ProjectEvent, ProjectUpdate};

use crate::{emit, profile::Profile, quota::Quota};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use values::Name;

/// Where a project stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProjectPhase {
    /// Never created.
    #[default]
    None,
    /// Things can be made in it.
    Active,
    /// Deleted; restoring brings it back.
    Deleted,
}

impl ProjectPhase {
    /// The form on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Active => "active",
            Self::Deleted => "deleted",
        }
    }
}

/// What people set on a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectSpec {
    /// The most that all its namespaces may hold together.
    pub quota: Quota,
    /// What a namespace holds unless it says otherwise.
    pub default_namespace_quota: Quota,
    /// Namespaces on its clusters that are none of its business.
    pub excluded_namespaces: BTreeSet<Name>,
}

/// A project's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// Where it stands.
    pub phase: ProjectPhase,
    /// Its name, once it has one.
    pub name: Option<Name>,
    /// What people wrote on it.
    pub profile: Profile,
    /// What people set.
    pub spec: ProjectSpec,
}

impl Aggregate for Project {
    type Command = ProjectCommand;
    type Error = ProjectRefusal;
    type Event = ProjectEvent;
    type Services = ();

    const TYPE: &'static str = "project";

    async fn handle(
        &mut self,
        command: ProjectCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), ProjectRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: ProjectEvent) {
        match event {
            ProjectEvent::Created { name, profile, spec } => {
                self.phase = ProjectPhase::Active;
                self.name = Some(name);
                self.profile = profile;
                self.spec = *spec;
            }
            ProjectEvent::Updated(update) => update.apply_to(self),
            ProjectEvent::Deleted { .. } => self.phase = ProjectPhase::Deleted,
            ProjectEvent::Restored { .. } => self.phase = ProjectPhase::Active,
        }
    }
}

impl Project {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(&self, command: ProjectCommand) -> Result<Vec<ProjectEvent>, ProjectRefusal> {
        use ProjectCommand as C;
        use ProjectPhase as P;
        match (self.phase, command) {
            (P::None, C::Create { name, profile, spec }) => {
                default_fits(&spec)?;
                Ok(vec![ProjectEvent::Created { name, profile, spec }])
            }
            (P::None, C::Update { .. } | C::Delete | C::Restore) => Err(ProjectRefusal::NotFound),
            (P::Active | P::Deleted, C::Create { .. }) => Err(ProjectRefusal::AlreadyExists),

            (P::Active, C::Update { name, profile, spec }) => {
                default_fits(&spec)?;
                let update = ProjectUpdate::between(self, name, profile, *spec);
                Ok(update.map(|update| ProjectEvent::Updated(Box::new(update))).into_iter().collect())
            }
            (P::Active, C::Delete) if self.profile.deletion_protection => {
                Err(ProjectRefusal::DeletionProtected)
            }
            (P::Active, C::Delete) => Ok(vec![ProjectEvent::Deleted { name: self.known_name()? }]),
            (P::Active, C::Restore) | (P::Deleted, C::Delete) => Ok(vec![]),

            (P::Deleted, C::Restore) => Ok(vec![ProjectEvent::Restored { name: self.known_name()? }]),
            (P::Deleted, C::Update { .. }) => Err(ProjectRefusal::Deleted),
        }
    }

    fn known_name(&self) -> Result<Name, ProjectRefusal> {
        self.name.clone().ok_or(ProjectRefusal::NotFound)
    }
}

fn default_fits(spec: &ProjectSpec) -> Result<(), ProjectRefusal> {
    match spec.default_namespace_quota.exceeds(&spec.quota) {
        Some(resource) => Err(ProjectRefusal::DefaultAboveQuota(resource)),
        None => Ok(()),
    }
}
