//! What can have happened to a blueprint. Stored for ever: a stored form never changes.

use super::{Blueprint, BlueprintSpec};
use crate::facts::{Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, Requirement, Subject, Target};
use crate::profile::Profile;
use crate::sharing::Sharing;
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::Name;

/// An event of a blueprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum BlueprintEvent {
    /// It was made.
    Created {
        /// The project it is in.
        project: Uuid,
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<BlueprintSpec>,
    },
    /// Some of what people set changed.
    Updated(Box<BlueprintUpdate>),
    /// It was deleted, softly.
    Deleted {
        /// The project it was in.
        project: Uuid,
        /// The name that is free again.
        name: Name,
        /// With whom it was shared.
        sharing: Sharing,
    },
    /// It came back as it was.
    Restored {
        /// The project it is in.
        project: Uuid,
        /// The name that it has again.
        name: Name,
        /// With whom it is shared.
        sharing: Sharing,
    },
}

/// What an update changed; a member that is absent stayed as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintUpdate {
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<Profile>,
    /// With whom it is shared, from and to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sharing: Option<(Sharing, Sharing)>,
}

impl BlueprintUpdate {
    /// What differs between what is and what shall be; `None` when nothing does.
    pub(super) fn between(is: &Blueprint, profile: Profile, sharing: Sharing) -> Option<Self> {
        let update = Self {
            profile: (is.profile != profile).then_some(profile),
            sharing: (is.spec.sharing != sharing).then(|| (is.spec.sharing.clone(), sharing)),
        };
        (update != Self::default()).then_some(update)
    }

    pub(super) fn apply_to(self, blueprint: &mut Blueprint) {
        if let Some(profile) = self.profile {
            blueprint.profile = profile;
        }
        if let Some((_, to)) = self.sharing {
            blueprint.spec.sharing = to;
        }
    }
}

fn named(of: Subject, project: Uuid, name: &Name) -> Claim {
    Claim::sibling(of.scope, ClaimKind::BlueprintName, project, name.as_str())
}

impl DomainEvent for BlueprintEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "blueprint.created",
            Self::Updated(_) => "blueprint.updated",
            Self::Deleted { .. } => "blueprint.deleted",
            Self::Restored { .. } => "blueprint.restored",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for BlueprintEvent {
    fn claims(&self, of: Subject) -> Vec<ClaimChange> {
        match self {
            Self::Created { project, name, .. } | Self::Restored { project, name, .. } => {
                vec![ClaimChange::Take(named(of, *project, name))]
            }
            Self::Deleted { project, name, .. } => vec![ClaimChange::Release(named(of, *project, name))],
            Self::Updated(_) => vec![],
        }
    }

    /// Its project is in use; and it can be used where it is shared.
    fn references(&self, of: Subject) -> Vec<ReferenceChange> {
        let shared = |sharing: &Sharing| Sharing::between(&Sharing::None, sharing, of);
        match self {
            Self::Created { project, spec, .. } => {
                let to = Target::used(of.scope, *project);
                [vec![ReferenceChange::Add { to, until: None }], shared(&spec.sharing)].concat()
            }
            Self::Restored { project, sharing, .. } => {
                let to = Target::used(of.scope, *project);
                [vec![ReferenceChange::Add { to, until: None }], shared(sharing)].concat()
            }
            Self::Deleted { project, sharing, .. } => {
                let to = Target::used(of.scope, *project);
                let unshared = Sharing::between(sharing, &Sharing::None, of);
                [vec![ReferenceChange::Drop { to }], unshared].concat()
            }
            Self::Updated(update) => match &update.sharing {
                Some((from, to)) => Sharing::between(from, to, of),
                None => vec![],
            },
        }
    }

    /// What uses one of its versions uses the blueprint too. Its versions go with it.
    fn requirements(&self, of: Subject) -> Vec<Requirement> {
        match self {
            Self::Created { project, .. } | Self::Restored { project, .. } => {
                vec![Requirement::active(*project)]
            }
            Self::Deleted { .. } => vec![
                Requirement::Unused(Target::used(of.scope, of.id)),
                Requirement::NoneRemains(Target::version_of(of.scope, of.id)),
            ],
            Self::Updated(_) => vec![],
        }
    }

    fn changes_authority(&self) -> bool {
        false
    }
}
