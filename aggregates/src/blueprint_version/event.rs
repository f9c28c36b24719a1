//! What can have happened to a version of a blueprint. Stored for ever: a stored form never changes.

use super::{BlueprintVersion, BlueprintVersionSpec};
use crate::facts::{Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, Requirement, Subject, Target};
use crate::profile::Profile;
use crate::reference::Reference;
use crate::uses::Uses;
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Timestamp, VersionName};

/// An event of a version of a blueprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum BlueprintVersionEvent {
    /// It was made: a draft, or active at once.
    Created(Box<Birth>),
    /// Some of what people set on the draft changed.
    Updated(Box<BlueprintVersionUpdate>),
    /// It can be used, the first time or again.
    Activated {
        /// The blueprint.
        blueprint: Uuid,
        /// What it uses, which must be active too.
        leans_on: BTreeSet<Uuid>,
        /// What changed with it.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        update: Option<Box<BlueprintVersionUpdate>>,
        /// When.
        at: Timestamp,
    },
    /// Nothing new can use it.
    Disabled {
        /// When.
        at: Timestamp,
    },
    /// The draft was deleted, softly.
    Deleted {
        /// The blueprint.
        blueprint: Uuid,
        /// The name that is free again.
        name: VersionName,
        /// What it used.
        uses: BTreeSet<Uuid>,
    },
    /// The draft came back as it was.
    Restored {
        /// The blueprint.
        blueprint: Uuid,
        /// The name that it has again.
        name: VersionName,
        /// What it uses again.
        uses: BTreeSet<Uuid>,
    },
    /// Its blueprint was deleted, and it went along: it uses nothing any more.
    Withdrawn {
        /// The blueprint.
        blueprint: Uuid,
        /// What it used.
        uses: BTreeSet<Uuid>,
    },
    /// Its blueprint came back, and it came along.
    Returned {
        /// The blueprint.
        blueprint: Uuid,
        /// What it uses again.
        uses: BTreeSet<Uuid>,
    },
}

/// How it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Birth {
    /// The project it is in.
    pub project: Uuid,
    /// The blueprint.
    pub blueprint: Reference,
    /// Its name.
    pub name: VersionName,
    /// What people wrote on it.
    pub profile: Profile,
    /// What people set.
    pub spec: BlueprintVersionSpec,
    /// When it became active, where it did so at once.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub activated_at: Option<Timestamp>,
}

/// What was set; a member that is absent stayed as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<Profile>,
    /// The spec, all of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub spec: Option<BlueprintVersionSpec>,
}

/// What an update changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintVersionUpdate {
    /// The blueprint.
    pub blueprint: Uuid,
    /// What was set.
    pub change: Change,
    /// What it begins and stops to use.
    pub usage: Uses,
}

impl BlueprintVersionUpdate {
    /// What differs between what is and what shall be; `None` when nothing does.
    pub(super) fn between(
        is: &BlueprintVersion,
        profile: Profile,
        spec: BlueprintVersionSpec,
    ) -> Option<Self> {
        let (before, after) = (is.spec.uses(), spec.uses());
        let change = Change {
            profile: (is.profile != profile).then_some(profile),
            spec: (is.spec != spec).then_some(spec),
        };
        let usage = Uses::between(&before, &after);
        let blueprint = is.blueprint.as_ref()?.id;
        (change != Change::default()).then_some(Self { blueprint, change, usage })
    }
}

impl Change {
    pub(super) fn apply_to(self, version: &mut BlueprintVersion) {
        if let Some(profile) = self.profile {
            version.profile = profile;
        }
        if let Some(spec) = self.spec {
            version.spec = spec;
        }
    }
}

fn named(of: Subject, blueprint: Uuid, name: &VersionName) -> Claim {
    Claim::sibling(of.scope, ClaimKind::BlueprintVersionName, blueprint, name.as_str())
}

/// The phases of what a version can go on to use.
const STANDING: &[&str] = &["active", "disabled"];

fn begin(of: Subject, blueprint: Uuid, ids: &BTreeSet<Uuid>) -> Vec<ReferenceChange> {
    leaned_on(of, blueprint, ids).map(|to| ReferenceChange::Add { to, until: None }).collect()
}

fn end(of: Subject, blueprint: Uuid, ids: &BTreeSet<Uuid>) -> Vec<ReferenceChange> {
    leaned_on(of, blueprint, ids).map(|to| ReferenceChange::Drop { to }).collect()
}

fn leaned_on(of: Subject, blueprint: Uuid, ids: &BTreeSet<Uuid>) -> impl Iterator<Item = Target> {
    let used = ids.iter().map(move |id| Target::used(of.scope, *id));
    std::iter::once(Target::version_of(of.scope, blueprint)).chain(used)
}

/// The blueprint is there, and what is used from now on, or let loose on others, is active.
fn active<'a>(blueprint: &Uuid, ids: impl IntoIterator<Item = &'a Uuid>) -> Vec<Requirement> {
    std::iter::once(*blueprint).chain(ids.into_iter().copied()).map(Requirement::active).collect()
}

impl DomainEvent for BlueprintVersionEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created(_) => "blueprintVersion.created",
            Self::Updated(_) => "blueprintVersion.updated",
            Self::Activated { .. } => "blueprintVersion.activated",
            Self::Disabled { .. } => "blueprintVersion.disabled",
            Self::Deleted { .. } => "blueprintVersion.deleted",
            Self::Restored { .. } => "blueprintVersion.restored",
            Self::Withdrawn { .. } => "blueprintVersion.withdrawn",
            Self::Returned { .. } => "blueprintVersion.returned",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for BlueprintVersionEvent {
    /// A draft's name is free when it is deleted; what was activated keeps its name.
    fn claims(&self, of: Subject) -> Vec<ClaimChange> {
        match self {
            Self::Created(birth) => {
                vec![ClaimChange::Take(named(of, birth.blueprint.id, &birth.name))]
            }
            Self::Restored { blueprint, name, .. } => vec![ClaimChange::Take(named(of, *blueprint, name))],
            Self::Deleted { blueprint, name, .. } => vec![ClaimChange::Release(named(of, *blueprint, name))],
            Self::Updated(_)
            | Self::Activated { .. }
            | Self::Disabled { .. }
            | Self::Withdrawn { .. }
            | Self::Returned { .. } => vec![],
        }
    }

    /// What it uses, and what it goes with.
    fn references(&self, of: Subject) -> Vec<ReferenceChange> {
        let changed = |update: &BlueprintVersionUpdate| update.usage.references(of).collect();
        match self {
            Self::Created(birth) => begin(of, birth.blueprint.id, &birth.spec.uses()),
            Self::Restored { blueprint, uses, .. } | Self::Returned { blueprint, uses } => {
                begin(of, *blueprint, uses)
            }
            Self::Deleted { blueprint, uses, .. } | Self::Withdrawn { blueprint, uses } => {
                end(of, *blueprint, uses)
            }
            Self::Updated(update) => changed(update),
            Self::Activated { update, .. } => update.as_deref().map(changed).unwrap_or_default(),
            Self::Disabled { .. } => vec![],
        }
    }

    fn requirements(&self, of: Subject) -> Vec<Requirement> {
        match self {
            Self::Created(birth) => active(&birth.blueprint.id, &birth.spec.uses()),
            Self::Restored { blueprint, uses, .. } => active(blueprint, uses),
            Self::Updated(update) => active(&update.blueprint, &update.usage.begins),
            Self::Activated { blueprint, leans_on, .. } => active(blueprint, leans_on),
            Self::Returned { blueprint, uses } => std::iter::once(Requirement::active(*blueprint))
                .chain(uses.iter().map(|id| Requirement::InPhase { id: *id, phases: STANDING }))
                .collect(),
            // What goes with its blueprint is judged there: what uses it uses the blueprint.
            Self::Disabled { .. } | Self::Withdrawn { .. } => vec![],
            Self::Deleted { .. } => vec![Requirement::Unused(Target::used(of.scope, of.id))],
        }
    }

    fn changes_authority(&self) -> bool {
        false
    }
}
