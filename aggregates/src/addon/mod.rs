//! An add-on: something that blueprints put on clusters, in versions.
//!
//! ```text
//! (none) ── Create ──► active ── Delete ──► deleted ── Restore ──► active
//! ```
//!
//! Of what kind it is, is said once: its versions are what the kind takes. It goes with its versions and comes back with
//! them; while a blueprint uses one of them, it cannot go.

mod command;
mod error;
mod event;

pub use command::AddonCommand;
pub use error::AddonRefusal;
pub use event::{AddonEvent, AddonUpdate};

use crate::emit;
use crate::profile::Profile;
use crate::sharing::Sharing;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::Name;

/// What kind of thing an add-on is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AddonType {
    /// Objects of Kubernetes'.
    Yaml,
    /// A chart of Helm's.
    Helm,
    /// A kustomization.
    Kustomize,
}

/// Where an add-on stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AddonPhase {
    /// Never created.
    #[default]
    None,
    /// Its versions can be used.
    Active,
    /// Deleted; restoring brings it back.
    Deleted,
}

impl AddonPhase {
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

/// What people set on an add-on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddonSpec {
    /// What kind of thing it is.
    #[serde(rename = "type")]
    pub kind: AddonType,
    /// The namespace on clusters that it is put into.
    pub namespace: Name,
    /// In which other projects it may be used.
    pub sharing: Sharing,
}

/// An add-on's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Addon {
    /// Where it stands.
    pub phase: AddonPhase,
    /// The project it is in, once it is in one.
    pub project: Option<Uuid>,
    /// Its name, once it has one.
    pub name: Option<Name>,
    /// What people wrote on it.
    pub profile: Profile,
    /// What people set.
    pub spec: Option<AddonSpec>,
}

impl Aggregate for Addon {
    type Command = AddonCommand;
    type Error = AddonRefusal;
    type Event = AddonEvent;
    type Services = ();

    const TYPE: &'static str = "addon";

    async fn handle(
        &mut self,
        command: AddonCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), AddonRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: AddonEvent) {
        match event {
            AddonEvent::Created { project, name, profile, spec } => {
                self.phase = AddonPhase::Active;
                self.project = Some(project);
                self.name = Some(name);
                self.profile = profile;
                self.spec = Some(*spec);
            }
            AddonEvent::Updated(update) => update.apply_to(self),
            AddonEvent::Deleted { .. } => self.phase = AddonPhase::Deleted,
            AddonEvent::Restored { .. } => self.phase = AddonPhase::Active,
        }
    }
}

impl Addon {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(&self, command: AddonCommand) -> Result<Vec<AddonEvent>, AddonRefusal> {
        use AddonCommand as C;
        use AddonPhase as P;
        match (self.phase, command) {
            (P::None, C::Create { project, name, profile, spec }) => {
                Ok(vec![AddonEvent::Created { project, name, profile, spec }])
            }
            (P::None, C::Update { .. } | C::Delete | C::Restore) => Err(AddonRefusal::NotFound),
            (P::Active | P::Deleted, C::Create { .. }) => Err(AddonRefusal::AlreadyExists),

            (P::Active, C::Update { profile, spec }) => {
                let current = self.known_spec()?;
                if current.kind != spec.kind {
                    return Err(AddonRefusal::TypeIsFixed);
                }
                let update = AddonUpdate::between(self, current, profile, *spec);
                Ok(update.map(|update| AddonEvent::Updated(Box::new(update))).into_iter().collect())
            }
            (P::Active, C::Delete) if self.profile.deletion_protection => {
                Err(AddonRefusal::DeletionProtected)
            }
            (P::Active, C::Delete) => {
                let (project, name, sharing) = self.place()?;
                Ok(vec![AddonEvent::Deleted { project, name, sharing }])
            }
            (P::Active, C::Restore) | (P::Deleted, C::Delete) => Ok(vec![]),

            (P::Deleted, C::Restore) => {
                let (project, name, sharing) = self.place()?;
                Ok(vec![AddonEvent::Restored { project, name, sharing }])
            }
            (P::Deleted, C::Update { .. }) => Err(AddonRefusal::Deleted),
        }
    }

    fn known_spec(&self) -> Result<&AddonSpec, AddonRefusal> {
        self.spec.as_ref().ok_or(AddonRefusal::NotFound)
    }

    /// Where it is, and where it may be used.
    fn place(&self) -> Result<(Uuid, Name, Sharing), AddonRefusal> {
        match (self.project, &self.name, &self.spec) {
            (Some(project), Some(name), Some(spec)) => Ok((project, name.clone(), spec.sharing.clone())),
            (_, _, _) => Err(AddonRefusal::NotFound),
        }
    }
}
