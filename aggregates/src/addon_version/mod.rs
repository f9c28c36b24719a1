//! A version of an add-on: what is put on clusters.
//!
//! ```text
//! (none) ── Create ──► draft ── Activate ──► active ⇄ disabled
//!                        │                   (Disable, Activate)
//!                        └── Delete ──► deleted ── Restore ──► draft
//! ```
//!
//! A draft is edited, and can be used nowhere. Once it was activated it is what it is for ever, and so is its name;
//! disabled, nothing new uses it, and what does goes on.

mod command;
mod error;
mod event;

pub use command::AddonVersionCommand;
pub use error::AddonVersionRefusal;
pub use event::{AddonVersionEvent, AddonVersionUpdate};

use crate::artifact::Artifact;
use crate::condition::{self, Condition, Truth};
use crate::emit;
use crate::profile::Profile;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::{Description, Timestamp, VersionName};

/// Where a version stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AddonVersionPhase {
    /// Never created.
    #[default]
    None,
    /// Being written.
    Draft,
    /// Can be used.
    Active,
    /// Nothing new uses it.
    Disabled,
    /// Deleted; restoring brings it back.
    Deleted,
}

impl AddonVersionPhase {
    /// The form on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
        }
    }
}

/// What people set on a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddonVersionSpec {
    /// What is put on clusters.
    pub artifact: Artifact,
    /// Values for Helm, each a YAML text; later ones win.
    pub values: Vec<String>,
    /// What people say of it.
    pub notes: Description,
}

/// A version's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddonVersion {
    /// Where it stands.
    pub phase: AddonVersionPhase,
    /// The add-on it is a version of, once it is one.
    pub addon: Option<Uuid>,
    /// The project that is in.
    pub project: Option<Uuid>,
    /// Its name, once it has one.
    pub name: Option<VersionName>,
    /// What people wrote on it.
    pub profile: Profile,
    /// What people set.
    pub spec: Option<AddonVersionSpec>,
    /// When it was first activated.
    pub activated_at: Option<Timestamp>,
    /// What is the case about it.
    pub conditions: Vec<Condition>,
    /// How many events made it what it is.
    pub generation: i64,
}

impl Aggregate for AddonVersion {
    type Command = AddonVersionCommand;
    type Error = AddonVersionRefusal;
    type Event = AddonVersionEvent;
    type Services = ();

    const TYPE: &'static str = "addonVersion";

    async fn handle(
        &mut self,
        command: AddonVersionCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), AddonVersionRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: AddonVersionEvent) {
        use AddonVersionEvent as E;
        self.generation += 1;
        match event {
            E::Created { addon, project, name, profile, spec, active, at } => {
                self.phase = AddonVersionPhase::Draft;
                self.addon = Some(addon);
                self.project = Some(project);
                self.name = Some(name);
                self.profile = profile;
                self.spec = Some(*spec);
                if active {
                    self.activated(at);
                } else {
                    self.usable(Truth::False, "Draft", "It is a draft: activate it to use it.", at);
                }
            }
            E::Updated(update) => update.apply_to(self),
            E::Activated { at, update, .. } => {
                if let Some(update) = update {
                    update.apply_to(self);
                }
                self.activated(at);
            }
            E::Disabled { at } => {
                self.phase = AddonVersionPhase::Disabled;
                self.usable(Truth::False, "Disabled", "Nothing new can use it; what uses it goes on.", at);
            }
            E::Deleted { .. } => self.phase = AddonVersionPhase::Deleted,
            E::Restored { .. } => self.phase = AddonVersionPhase::Draft,
        }
    }
}

impl AddonVersion {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(
        &self,
        command: AddonVersionCommand,
    ) -> Result<Vec<AddonVersionEvent>, AddonVersionRefusal> {
        use AddonVersionCommand as C;
        use AddonVersionEvent as E;
        use AddonVersionPhase as P;
        match (self.phase, command) {
            (P::None, C::Create { addon, project, name, profile, spec, activate, at }) => {
                Ok(vec![E::Created { addon, project, name, profile, spec, active: activate, at }])
            }
            (P::None, C::Update { .. } | C::Activate { .. } | C::Disable { .. } | C::Delete | C::Restore) => {
                Err(AddonVersionRefusal::NotFound)
            }
            (P::Draft | P::Active | P::Disabled | P::Deleted, C::Create { .. }) => {
                Err(AddonVersionRefusal::AlreadyExists)
            }

            (P::Draft, C::Update { profile, spec, activate }) => {
                let update = AddonVersionUpdate::between(self, profile, *spec).map(Box::new);
                Ok(match (activate, update) {
                    (Some(at), update) => vec![E::Activated { addon: self.known_addon()?, update, at }],
                    (None, Some(update)) => vec![E::Updated(update)],
                    (None, None) => vec![],
                })
            }
            (P::Active | P::Disabled, C::Update { profile, spec, .. })
                if AddonVersionUpdate::between(self, profile.clone(), *spec.clone()).is_some() =>
            {
                Err(AddonVersionRefusal::Immutable)
            }
            (P::Disabled, C::Update { activate: Some(at), .. })
            | (P::Draft | P::Disabled, C::Activate { at }) => {
                Ok(vec![E::Activated { addon: self.known_addon()?, update: None, at }])
            }
            (P::Active, C::Disable { at }) => Ok(vec![E::Disabled { at }]),
            (P::Draft, C::Disable { .. }) => Err(AddonVersionRefusal::NeverActivated),
            (P::Draft, C::Delete) if self.profile.deletion_protection => {
                Err(AddonVersionRefusal::DeletionProtected)
            }
            (P::Draft, C::Delete) => {
                Ok(vec![E::Deleted { addon: self.known_addon()?, name: self.known_name()? }])
            }
            (P::Active | P::Disabled, C::Delete) => Err(AddonVersionRefusal::WasActivated),
            (P::Active, C::Update { .. } | C::Activate { .. })
            | (P::Disabled, C::Update { activate: None, .. } | C::Disable { .. })
            | (P::Draft | P::Active | P::Disabled, C::Restore)
            | (P::Deleted, C::Delete) => Ok(vec![]),

            (P::Deleted, C::Restore) => {
                Ok(vec![E::Restored { addon: self.known_addon()?, name: self.known_name()? }])
            }
            (P::Deleted, C::Update { .. } | C::Activate { .. } | C::Disable { .. }) => {
                Err(AddonVersionRefusal::Deleted)
            }
        }
    }

    fn activated(&mut self, at: Timestamp) {
        self.phase = AddonVersionPhase::Active;
        self.activated_at = self.activated_at.or(Some(at));
        self.usable(Truth::True, "Active", "It can be used.", at);
    }

    fn usable(&mut self, status: Truth, reason: &str, message: &str, at: Timestamp) {
        let condition = Condition {
            kind: "Usable".to_owned(),
            status,
            reason: reason.to_owned(),
            message: message.to_owned(),
            last_transition_time: at,
            observed_generation: self.generation,
        };
        condition::set(&mut self.conditions, condition);
    }

    fn known_name(&self) -> Result<VersionName, AddonVersionRefusal> {
        self.name.clone().ok_or(AddonVersionRefusal::NotFound)
    }

    fn known_addon(&self) -> Result<Uuid, AddonVersionRefusal> {
        self.addon.ok_or(AddonVersionRefusal::NotFound)
    }
}
