//! What can have happened to an add-on. Stored for ever: a stored form never changes.

use super::{Addon, AddonSpec};
use crate::facts::{Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, Requirement, Subject, Target};
use crate::profile::Profile;
use crate::sharing::Sharing;
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::Name;

/// An event of an add-on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AddonEvent {
    /// It was made.
    Created {
        /// The project it is in.
        project: Uuid,
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<AddonSpec>,
    },
    /// Some of what people set changed.
    Updated(Box<AddonUpdate>),
    /// It was deleted, softly, with its versions.
    Deleted {
        /// The project it was in.
        project: Uuid,
        /// The name that is free again.
        name: Name,
        /// Where it could be used.
        sharing: Sharing,
    },
    /// It came back as it was.
    Restored {
        /// The project it is in.
        project: Uuid,
        /// The name that it has again.
        name: Name,
        /// Where it can be used again.
        sharing: Sharing,
    },
}

/// What an update changed; a member that is absent stayed as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddonUpdate {
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<Profile>,
    /// The namespace on clusters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub namespace: Option<Name>,
    /// In which other projects it may be used, from and to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sharing: Option<(Sharing, Sharing)>,
}

impl AddonUpdate {
    /// What differs between what is and what shall be; `None` when nothing does.
    pub(super) fn between(
        is: &Addon,
        current: &AddonSpec,
        profile: Profile,
        spec: AddonSpec,
    ) -> Option<Self> {
        let update = Self {
            profile: (is.profile != profile).then_some(profile),
            namespace: (current.namespace != spec.namespace).then_some(spec.namespace),
            sharing: (current.sharing != spec.sharing).then(|| (current.sharing.clone(), spec.sharing)),
        };
        (update != Self::default()).then_some(update)
    }

    pub(super) fn apply_to(self, addon: &mut Addon) {
        if let Some(profile) = self.profile {
            addon.profile = profile;
        }
        let Some(spec) = &mut addon.spec else { return };
        if let Some(namespace) = self.namespace {
            spec.namespace = namespace;
        }
        if let Some((_, sharing)) = self.sharing {
            spec.sharing = sharing;
        }
    }
}

fn named(of: Subject, project: Uuid, name: &Name) -> Claim {
    Claim::sibling(of.scope, ClaimKind::AddonName, project, name.as_str())
}

impl DomainEvent for AddonEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "addon.created",
            Self::Updated(_) => "addon.updated",
            Self::Deleted { .. } => "addon.deleted",
            Self::Restored { .. } => "addon.restored",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for AddonEvent {
    fn claims(&self, of: Subject) -> Vec<ClaimChange> {
        match self {
            Self::Created { project, name, .. } | Self::Restored { project, name, .. } => {
                vec![ClaimChange::Take(named(of, *project, name))]
            }
            Self::Deleted { project, name, .. } => vec![ClaimChange::Release(named(of, *project, name))],
            Self::Updated(_) => vec![],
        }
    }

    fn references(&self, of: Subject) -> Vec<ReferenceChange> {
        let into = |project: Uuid, sharing: &Sharing| {
            let in_project = ReferenceChange::Add { to: Target::used(of.scope, project), until: None };
            std::iter::once(in_project).chain(Sharing::between(&Sharing::None, sharing, of)).collect()
        };
        match self {
            Self::Created { project, spec, .. } => into(*project, &spec.sharing),
            Self::Restored { project, sharing, .. } => into(*project, sharing),
            Self::Deleted { project, sharing, .. } => {
                let in_project = ReferenceChange::Drop { to: Target::used(of.scope, *project) };
                std::iter::once(in_project).chain(Sharing::between(sharing, &Sharing::None, of)).collect()
            }
            Self::Updated(update) => {
                let sharing = update.sharing.iter();
                sharing.flat_map(|(before, after)| Sharing::between(before, after, of)).collect()
            }
        }
    }

    /// Whoever uses a version of it uses it, too; its versions themselves do not keep it.
    fn requirements(&self, of: Subject) -> Vec<Requirement> {
        match self {
            Self::Created { project, .. } | Self::Restored { project, .. } => {
                vec![Requirement::active(*project)]
            }
            Self::Deleted { .. } => vec![Requirement::Unused(Target::used(of.scope, of.id))],
            Self::Updated(_) => vec![],
        }
    }

    fn changes_authority(&self) -> bool {
        false
    }
}
