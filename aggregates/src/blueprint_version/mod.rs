//! A version of a blueprint: which add-ons clusters are set up with, and how they are watched.
//!
//! ```text
//! (none) ── Create ──► draft ── Activate ──► active ⇄ disabled
//!                        │
//!                        └── Delete ──► deleted ── Restore ──► draft
//! ```
//!
//! A draft can be edited, and nothing can use it. What was activated stays what it is for ever, and keeps its name for
//! ever. Disabling it keeps others from beginning to use it, and does nothing to what uses it already.
//!
//! A version goes with its blueprint when that is deleted, and comes back with it; what it used is free meanwhile.
//!
//! A version can build on an active version of another blueprint, which itself builds on none: what that sets holds where
//! this says nothing, and, where that blueprint is golden, cannot be set otherwise. What the base sets is kept here as it
//! was looked up, which is what it is for ever.

mod command;
mod error;
mod event;

pub use command::BlueprintVersionCommand;
pub use error::{BlueprintVersionRefusal, GoldenSetting};
pub use event::{Birth, BlueprintVersionEvent, BlueprintVersionUpdate, Change};

use crate::drift::Drift;
use crate::emit;
use crate::profile::Profile;
use crate::reference::Reference;
use crate::setup::{AddonUse, Misfit, Setup, misfit};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Timestamp, VersionName};

/// Where a version stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BlueprintVersionPhase {
    /// Never created.
    #[default]
    None,
    /// Editable; nothing can use it.
    Draft,
    /// In use, or ready to be used.
    Active,
    /// Nothing new can use it.
    Disabled,
    /// Deleted; restoring brings it back.
    Deleted,
}

impl BlueprintVersionPhase {
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

/// What a version builds on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Base {
    /// The blueprint.
    pub blueprint: Reference,
    /// Its version.
    pub version: Reference,
    /// Whether what it sets stays as it is.
    pub is_golden: bool,
    /// What it sets.
    pub setup: Setup,
}

/// What people set on a version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintVersionSpec {
    /// What it builds on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub base: Option<Base>,
    /// Its own add-ons, in order. One of the base's name takes the place of the base's.
    pub addons: Vec<AddonUse>,
    /// What is done about drift; what the base says, where this says nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub drift: Option<Drift>,
    /// Whether namespaces are taken up; what the base says, where this says nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub namespace_sync: Option<bool>,
}

impl BlueprintVersionSpec {
    /// What it comes to, with what it builds on: the base's add-ons, then its own.
    #[must_use]
    pub fn setup(&self) -> Setup {
        let nothing = Setup::default();
        let base = self.base.as_ref().map_or(&nothing, |base| &base.setup);
        let own = |it: &AddonUse| self.addons.iter().find(|own| own.addon.name == it.addon.name);
        let inherited = base.addons.iter().map(|it| own(it).unwrap_or(it));
        let more = self.addons.iter().filter(|it| base.addon(&it.addon.name).is_none());
        Setup {
            addons: inherited.chain(more).cloned().collect(),
            drift: self.drift.unwrap_or(base.drift),
            namespace_sync: self.namespace_sync.unwrap_or(base.namespace_sync),
        }
    }

    /// What it uses by itself: add-ons and their versions, and its base and that's blueprint.
    #[must_use]
    pub fn uses(&self) -> BTreeSet<Uuid> {
        let base = self.base.iter().flat_map(|base| [base.blueprint.id, base.version.id]);
        base.chain(self.addons.iter().flat_map(|it| [it.addon.id, it.version.id])).collect()
    }
}

/// A version's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintVersion {
    /// Where it stands.
    pub phase: BlueprintVersionPhase,
    /// The project it is in, once it is in one.
    pub project: Option<Uuid>,
    /// The blueprint, once it is of one.
    pub blueprint: Option<Reference>,
    /// Its name, once it has one.
    pub name: Option<VersionName>,
    /// What people wrote on it.
    pub profile: Profile,
    /// What people set.
    pub spec: BlueprintVersionSpec,
    /// When it became active first.
    pub activated_at: Option<Timestamp>,
    /// Whether it went with its blueprint.
    pub is_withdrawn: bool,
}

impl Aggregate for BlueprintVersion {
    type Command = BlueprintVersionCommand;
    type Error = BlueprintVersionRefusal;
    type Event = BlueprintVersionEvent;
    type Services = ();

    const TYPE: &'static str = "blueprintVersion";

    async fn handle(
        &mut self,
        command: BlueprintVersionCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), BlueprintVersionRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: BlueprintVersionEvent) {
        match event {
            BlueprintVersionEvent::Created(birth) => {
                let Birth { project, blueprint, name, profile, spec, activated_at } = *birth;
                let (draft, active) = (BlueprintVersionPhase::Draft, BlueprintVersionPhase::Active);
                self.phase = if activated_at.is_some() { active } else { draft };
                self.project = Some(project);
                self.blueprint = Some(blueprint);
                self.name = Some(name);
                self.profile = profile;
                self.spec = spec;
                self.activated_at = activated_at;
            }
            BlueprintVersionEvent::Updated(update) => update.change.apply_to(self),
            BlueprintVersionEvent::Activated { at, update, .. } => {
                self.phase = BlueprintVersionPhase::Active;
                self.activated_at = self.activated_at.or(Some(at));
                if let Some(update) = update {
                    update.change.apply_to(self);
                }
            }
            BlueprintVersionEvent::Disabled { .. } => self.phase = BlueprintVersionPhase::Disabled,
            BlueprintVersionEvent::Deleted { .. } => self.phase = BlueprintVersionPhase::Deleted,
            BlueprintVersionEvent::Restored { .. } => self.phase = BlueprintVersionPhase::Draft,
            BlueprintVersionEvent::Withdrawn { .. } => self.is_withdrawn = true,
            BlueprintVersionEvent::Returned { .. } => self.is_withdrawn = false,
        }
    }
}

impl BlueprintVersion {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(
        &self,
        command: BlueprintVersionCommand,
    ) -> Result<Vec<BlueprintVersionEvent>, BlueprintVersionRefusal> {
        use BlueprintVersionCommand as C;
        use BlueprintVersionEvent as E;
        use BlueprintVersionPhase as P;
        use BlueprintVersionRefusal as R;
        match (self.phase, command) {
            (P::None, C::Create { project, blueprint, name, profile, spec, activate }) => {
                check(&spec, blueprint.id)?;
                let spec = *spec;
                let birth = Birth { project, blueprint, name, profile, spec, activated_at: activate };
                Ok(vec![E::Created(Box::new(birth))])
            }
            (
                P::None,
                C::Update { .. }
                | C::Activate { .. }
                | C::Disable { .. }
                | C::Delete
                | C::Restore
                | C::Withdraw
                | C::Return,
            ) => Err(R::NotFound),
            (P::Draft | P::Active | P::Disabled | P::Deleted, C::Create { .. }) => Err(R::AlreadyExists),

            (P::Draft | P::Active | P::Disabled, C::Withdraw) if !self.is_withdrawn => {
                Ok(vec![E::Withdrawn { blueprint: self.known()?.id, uses: self.spec.uses() }])
            }
            (P::Draft | P::Active | P::Disabled, C::Return) if self.is_withdrawn => {
                Ok(vec![E::Returned { blueprint: self.known()?.id, uses: self.spec.uses() }])
            }
            (
                P::Draft | P::Active | P::Disabled,
                C::Update { .. } | C::Activate { .. } | C::Disable { .. } | C::Delete,
            ) if self.is_withdrawn => Err(R::Withdrawn),

            (P::Draft, C::Update { profile, spec, activate }) => {
                check(&spec, self.known()?.id)?;
                let update = BlueprintVersionUpdate::between(self, profile, *spec).map(Box::new);
                Ok(match (activate, update) {
                    (Some(at), update) => vec![self.activated(at, update)?],
                    (None, Some(update)) => vec![E::Updated(update)],
                    (None, None) => vec![],
                })
            }
            (P::Active | P::Disabled, C::Update { profile, spec, .. })
                if profile != self.profile || *spec != self.spec =>
            {
                Err(R::Immutable)
            }
            (P::Disabled, C::Update { activate: Some(at), .. })
            | (P::Draft | P::Disabled, C::Activate { at }) => Ok(vec![self.activated(at, None)?]),
            (P::Draft, C::Disable { .. }) => Err(R::NeverActivated),
            (P::Active, C::Disable { at }) => Ok(vec![E::Disabled { at }]),
            (P::Draft, C::Delete) if self.profile.deletion_protection => Err(R::DeletionProtected),
            (P::Draft, C::Delete) => {
                let (blueprint, name) = (self.known()?.id, self.known_name()?);
                Ok(vec![E::Deleted { blueprint, name, uses: self.spec.uses() }])
            }
            (P::Active | P::Disabled, C::Delete) => Err(R::NeverDeleted),
            (P::Active, C::Update { .. } | C::Activate { .. })
            | (P::Disabled, C::Update { .. } | C::Disable { .. })
            | (P::Draft | P::Active | P::Disabled, C::Restore | C::Withdraw | C::Return)
            | (P::Deleted, C::Delete | C::Withdraw | C::Return) => Ok(vec![]),

            (P::Deleted, C::Restore) => {
                let (blueprint, name) = (self.known()?.id, self.known_name()?);
                Ok(vec![E::Restored { blueprint, name, uses: self.spec.uses() }])
            }
            (P::Deleted, C::Update { .. } | C::Activate { .. } | C::Disable { .. }) => Err(R::Deleted),
        }
    }

    fn activated(
        &self,
        at: Timestamp,
        update: Option<Box<BlueprintVersionUpdate>>,
    ) -> Result<BlueprintVersionEvent, BlueprintVersionRefusal> {
        let spec = update.as_ref().and_then(|update| update.change.spec.as_ref());
        let leans_on = spec.unwrap_or(&self.spec).uses();
        Ok(BlueprintVersionEvent::Activated { blueprint: self.known()?.id, leans_on, update, at })
    }

    fn known(&self) -> Result<&Reference, BlueprintVersionRefusal> {
        self.blueprint.as_ref().ok_or(BlueprintVersionRefusal::NotFound)
    }

    fn known_name(&self) -> Result<VersionName, BlueprintVersionRefusal> {
        self.name.clone().ok_or(BlueprintVersionRefusal::NotFound)
    }
}

/// What is set fits together, and leaves alone what a golden base sets.
fn check(spec: &BlueprintVersionSpec, blueprint: Uuid) -> Result<(), BlueprintVersionRefusal> {
    use BlueprintVersionRefusal as R;
    if let Some(base) = &spec.base {
        if base.blueprint.id == blueprint {
            return Err(R::OwnBase);
        }
        if base.is_golden {
            check_golden(spec, base)?;
        }
    }
    let beside = spec.base.as_ref().map_or(&[][..], |base| &base.setup.addons);
    match misfit(&spec.addons, beside) {
        None => Ok(()),
        Some(Misfit::Twice { index }) => {
            Err(R::AddonTwice { index, name: spec.addons[index].addon.name.clone() })
        }
        Some(Misfit::UnknownDependency { index, dependency, name }) => {
            Err(R::UnknownDependency { index, dependency, name })
        }
        Some(Misfit::Cycle { index, path }) => Err(R::Cycle { index, path }),
    }
}

fn check_golden(spec: &BlueprintVersionSpec, base: &Base) -> Result<(), BlueprintVersionRefusal> {
    let refuse = |what: String, setting| {
        let base = format!("{} {}", base.blueprint.name, base.version.name);
        Err(BlueprintVersionRefusal::GoldenSetting { base, what, setting })
    };
    let setup = &base.setup;
    if spec.drift.is_some_and(|drift| drift != setup.drift) {
        return refuse("drift".to_owned(), GoldenSetting::Drift);
    }
    if spec.namespace_sync.is_some_and(|sync| sync != setup.namespace_sync) {
        return refuse("namespaceSync".to_owned(), GoldenSetting::NamespaceSync);
    }
    for (index, own) in spec.addons.iter().enumerate() {
        if let Some(fixed) = setup.addon(&own.addon.name).filter(|fixed| *fixed != own) {
            let what = format!("the add-on {} at {}", fixed.addon.name, fixed.version.name);
            return refuse(what, GoldenSetting::Addon { index });
        }
    }
    Ok(())
}
