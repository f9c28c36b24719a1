//! What can have happened to a project. Stored for ever: a stored form never changes.

use super::{Project, ProjectSpec};
use crate::facts::{
    AmountChange, Claim, ClaimChange, ClaimKind, Facts, Pool, ReferenceChange, Requirement, Subject, Target,
};
use crate::profile::Profile;
use crate::quota::{Quota, Resource};
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use values::{Name, Quantity};

/// An event of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ProjectEvent {
    /// It was made.
    Created {
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<ProjectSpec>,
    },
    /// Some of what people set changed.
    Updated(Box<ProjectUpdate>),
    /// It was deleted, softly.
    Deleted {
        /// The name that is free again.
        name: Name,
    },
    /// It came back as it was.
    Restored {
        /// The name that it has again.
        name: Name,
    },
}

/// What an update changed; a member that is absent stayed as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectUpdate {
    /// The name, from and to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<(Name, Name)>,
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<Profile>,
    /// The quota, from and to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quota: Option<(Quota, Quota)>,
    /// What a namespace gets by default.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub default_namespace_quota: Option<Quota>,
    /// The namespaces that are none of the project's business.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub excluded_namespaces: Option<BTreeSet<Name>>,
}

impl ProjectUpdate {
    /// What differs between what is and what shall be; `None` when nothing does.
    pub(super) fn between(is: &Project, name: Name, profile: Profile, spec: ProjectSpec) -> Option<Self> {
        let current = is.name.clone()?;
        let default = spec.default_namespace_quota;
        let excluded = spec.excluded_namespaces;
        let update = Self {
            name: (current != name).then_some((current, name)),
            profile: (is.profile != profile).then_some(profile),
            quota: (is.spec.quota != spec.quota).then(|| (is.spec.quota.clone(), spec.quota)),
            default_namespace_quota: (is.spec.default_namespace_quota != default).then_some(default),
            excluded_namespaces: (is.spec.excluded_namespaces != excluded).then_some(excluded),
        };
        (update != Self::default()).then_some(update)
    }

    pub(super) fn apply_to(self, project: &mut Project) {
        if let Some((_, to)) = self.name {
            project.name = Some(to);
        }
        if let Some(profile) = self.profile {
            project.profile = profile;
        }
        if let Some((_, to)) = self.quota {
            project.spec.quota = to;
        }
        if let Some(default) = self.default_namespace_quota {
            project.spec.default_namespace_quota = default;
        }
        if let Some(excluded) = self.excluded_namespaces {
            project.spec.excluded_namespaces = excluded;
        }
    }
}

fn named(of: Subject, name: &Name) -> Claim {
    Claim::sibling(of.scope, ClaimKind::ProjectName, of.scope.as_uuid(), name.as_str())
}

fn limit(of: Subject, (resource, at_most): (Resource, Option<Quantity>)) -> AmountChange {
    AmountChange::Limit { pool: Pool { scope: of.scope, id: of.id, resource }, at_most }
}

impl DomainEvent for ProjectEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "project.created",
            Self::Updated(_) => "project.updated",
            Self::Deleted { .. } => "project.deleted",
            Self::Restored { .. } => "project.restored",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for ProjectEvent {
    fn claims(&self, of: Subject) -> Vec<ClaimChange> {
        match self {
            Self::Created { name, .. } | Self::Restored { name } => vec![ClaimChange::Take(named(of, name))],
            Self::Deleted { name } => vec![ClaimChange::Release(named(of, name))],
            Self::Updated(update) => match &update.name {
                Some((from, to)) => {
                    vec![ClaimChange::Release(named(of, from)), ClaimChange::Take(named(of, to))]
                }
                None => vec![],
            },
        }
    }

    /// None: an org goes with its projects.
    fn references(&self, _: Subject) -> Vec<ReferenceChange> {
        vec![]
    }

    fn requirements(&self, of: Subject) -> Vec<Requirement> {
        match self {
            Self::Created { .. } | Self::Restored { .. } => {
                vec![Requirement::active(of.scope.as_uuid())]
            }
            Self::Deleted { .. } => vec![Requirement::Unused(Target::used(of.scope, of.id))],
            Self::Updated(_) => vec![],
        }
    }

    fn changes_authority(&self) -> bool {
        false
    }

    /// Deleting leaves the limits: nothing is held in a project that is empty, and restoring finds them.
    fn amounts(&self, of: Subject) -> Vec<AmountChange> {
        match self {
            Self::Created { spec, .. } => {
                Quota::default().changes(&spec.quota).map(|change| limit(of, change)).collect()
            }
            Self::Updated(update) => match &update.quota {
                Some((from, to)) => from.changes(to).map(|change| limit(of, change)).collect(),
                None => vec![],
            },
            Self::Deleted { .. } | Self::Restored { .. } => vec![],
        }
    }
}
