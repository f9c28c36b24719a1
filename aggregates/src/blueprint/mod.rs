//! A blueprint: what clusters are set up with. What that is, its versions say.
//!
//! ```text
//! (none) ── Create ──► active ── Delete ──► deleted ── Restore ──► active
//! ```
//!
//! What a *golden* blueprint's version sets cannot be set otherwise by a version that builds on it. While clusters or
//! versions of other blueprints use a version of it, it is not deleted.

mod command;
mod error;
mod event;

pub use command::BlueprintCommand;
pub use error::BlueprintRefusal;
pub use event::{BlueprintEvent, BlueprintUpdate};

use crate::{emit, profile::Profile, sharing::Sharing};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::Name;

/// Where a blueprint stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BlueprintPhase {
    /// Never created.
    #[default]
    None,
    /// Versions can be made of it.
    Active,
    /// Deleted; restoring brings it back.
    Deleted,
}

impl BlueprintPhase {
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

/// How far a blueprint binds what builds on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BlueprintType {
    /// What it sets can be set otherwise.
    #[default]
    Custom,
    /// What it sets stays as it is.
    Golden,
}

/// What people set on a blueprint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintSpec {
    /// How far it binds what builds on it.
    pub r#type: BlueprintType,
    /// In which projects, besides its own, it may be used.
    pub sharing: Sharing,
}

/// A blueprint's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Blueprint {
    /// Where it stands.
    pub phase: BlueprintPhase,
    /// The project it is in, once it is in one.
    pub project: Option<Uuid>,
    /// Its name, once it has one.
    pub name: Option<Name>,
    /// What people wrote on it.
    pub profile: Profile,
    /// What people set.
    pub spec: BlueprintSpec,
}

impl Aggregate for Blueprint {
    type Command = BlueprintCommand;
    type Error = BlueprintRefusal;
    type Event = BlueprintEvent;
    type Services = ();

    const TYPE: &'static str = "blueprint";

    async fn handle(
        &mut self,
        command: BlueprintCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), BlueprintRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: BlueprintEvent) {
        match event {
            BlueprintEvent::Created { project, name, profile, spec } => {
                self.phase = BlueprintPhase::Active;
                self.project = Some(project);
                self.name = Some(name);
                self.profile = profile;
                self.spec = *spec;
            }
            BlueprintEvent::Updated(update) => update.apply_to(self),
            BlueprintEvent::Deleted { .. } => self.phase = BlueprintPhase::Deleted,
            BlueprintEvent::Restored { .. } => self.phase = BlueprintPhase::Active,
        }
    }
}

impl Blueprint {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(&self, command: BlueprintCommand) -> Result<Vec<BlueprintEvent>, BlueprintRefusal> {
        use BlueprintCommand as C;
        use BlueprintPhase as P;
        match (self.phase, command) {
            (P::None, C::Create { project, name, profile, spec }) => {
                Ok(vec![BlueprintEvent::Created { project, name, profile, spec }])
            }
            (P::None, C::Update { .. } | C::Delete | C::Restore) => Err(BlueprintRefusal::NotFound),
            (P::Active | P::Deleted, C::Create { .. }) => Err(BlueprintRefusal::AlreadyExists),

            (P::Active, C::Update { spec, .. }) if spec.r#type != self.spec.r#type => {
                Err(BlueprintRefusal::TypeIsFixed)
            }
            (P::Active, C::Update { profile, spec }) => {
                let update = BlueprintUpdate::between(self, profile, spec.sharing);
                Ok(update.map(|update| BlueprintEvent::Updated(Box::new(update))).into_iter().collect())
            }
            (P::Active, C::Delete) if self.profile.deletion_protection => {
                Err(BlueprintRefusal::DeletionProtected)
            }
            (P::Active, C::Delete) => {
                let (project, name, sharing) = self.known()?;
                Ok(vec![BlueprintEvent::Deleted { project, name, sharing }])
            }
            (P::Active, C::Restore) | (P::Deleted, C::Delete) => Ok(vec![]),

            (P::Deleted, C::Restore) => {
                let (project, name, sharing) = self.known()?;
                Ok(vec![BlueprintEvent::Restored { project, name, sharing }])
            }
            (P::Deleted, C::Update { .. }) => Err(BlueprintRefusal::Deleted),
        }
    }

    fn known(&self) -> Result<(Uuid, Name, Sharing), BlueprintRefusal> {
        let project = self.project.ok_or(BlueprintRefusal::NotFound)?;
        let name = self.name.clone().ok_or(BlueprintRefusal::NotFound)?;
        Ok((project, name, self.spec.sharing.clone()))
    }
}
