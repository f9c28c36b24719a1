//! What can have happened to a role binding. Stored for ever: a stored form never changes.

use super::{Grantee, RoleBinding, RoleBindingSpec};
use crate::facts::{
    Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, ReferenceKind, Requirement, Subject, Target,
};
use crate::membership::LIVE_PHASES;
use crate::profile::Profile;
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use values::{Name, ScopeId, Timestamp};

/// An event of a role binding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RoleBindingEvent {
    /// It was made.
    Created {
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What it gives to whom.
        spec: Box<RoleBindingSpec>,
        /// When.
        at: Timestamp,
    },
    /// Profile or spec changed.
    Updated(Box<RoleBindingUpdate>),
    /// Its time is over.
    Expired {
        /// When that was noted.
        at: Timestamp,
        /// What it gave until then.
        spec: Box<RoleBindingSpec>,
    },
    /// It was deleted, softly.
    Deleted {
        /// The name it held until then.
        name: Name,
        /// What it gave until then.
        spec: Box<RoleBindingSpec>,
    },
    /// It came back as it was.
    Restored {
        /// The name it holds again.
        name: Name,
        /// What it gives again.
        spec: Box<RoleBindingSpec>,
    },
}

/// What an update changed; a member that is absent stayed as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleBindingUpdate {
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<Profile>,
    /// The spec, from and to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub spec: Option<(RoleBindingSpec, RoleBindingSpec)>,
    /// Since when it gives something to this user or group, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub begun_at: Option<Timestamp>,
}

impl RoleBindingUpdate {
    /// What differs between what is and what shall be; `None` when nothing does.
    pub(super) fn between(
        is: &RoleBinding,
        current: &RoleBindingSpec,
        profile: Profile,
        spec: RoleBindingSpec,
        begins: Timestamp,
    ) -> Option<Self> {
        let update = Self {
            profile: (is.profile != profile).then_some(profile),
            begun_at: (is.begun_at != Some(begins)).then_some(begins),
            spec: (!current.says(&spec)).then(|| (current.clone(), spec)),
        };
        (update != Self::default()).then_some(update)
    }

    pub(super) fn apply_to(self, binding: &mut RoleBinding) {
        if let Some(profile) = self.profile {
            binding.profile = profile;
        }
        if let Some((_, to)) = self.spec {
            binding.spec = Some(to);
            binding.expired_at = None;
        }
        if let Some(begun_at) = self.begun_at {
            binding.begun_at = Some(begun_at);
        }
    }
}

impl RoleBindingSpec {
    /// What the binding leans on: the membership or group that has the role by it.
    fn granted_to(&self, of: Subject) -> Target {
        let kind = ReferenceKind::Grants;
        match &self.subject {
            Grantee::User { membership, .. } => Target { scope: of.scope, id: *membership, kind },
            Grantee::Staff { partner, membership, .. } => Target { scope: *partner, id: *membership, kind },
            Grantee::Group(group) => Target { scope: of.scope, id: group.id, kind },
        }
    }

    fn add(&self, of: Subject) -> ReferenceChange {
        ReferenceChange::Add { to: self.granted_to(of), until: self.expires_at }
    }

    /// What must be there for the binding to mean something.
    fn requirements(&self) -> Vec<Requirement> {
        let subject = match &self.subject {
            Grantee::User { membership, .. } | Grantee::Staff { membership, .. } => {
                Requirement::InPhase { id: *membership, phases: LIVE_PHASES }
            }
            Grantee::Group(group) => Requirement::InPhase { id: group.id, phases: &["active"] },
        };
        let project =
            self.scope.project().map(|project| Requirement::InPhase { id: project.id, phases: &["active"] });
        let namespaces = self.scope.namespaces().iter().map(|namespace| Requirement::InPhase {
            id: namespace.id,
            phases: &["draft", "published", "unpublished"],
        });
        std::iter::once(subject).chain(project).chain(namespaces).collect()
    }
}

impl DomainEvent for RoleBindingEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "roleBinding.created",
            Self::Updated(_) => "roleBinding.updated",
            Self::Expired { .. } => "roleBinding.expired",
            Self::Deleted { .. } => "roleBinding.deleted",
            Self::Restored { .. } => "roleBinding.restored",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for RoleBindingEvent {
    fn claims(&self, of: Subject) -> Vec<ClaimChange> {
        let claim = |name: &Name| Claim {
            scope: of.scope,
            kind: ClaimKind::RoleBindingName,
            key: format!("{}/{}", of.scope, name.as_str()),
        };
        match self {
            Self::Created { name, .. } | Self::Restored { name, .. } => vec![ClaimChange::Take(claim(name))],
            Self::Deleted { name, .. } => vec![ClaimChange::Release(claim(name))],
            Self::Updated(_) | Self::Expired { .. } => vec![],
        }
    }

    fn references(&self, of: Subject) -> Vec<ReferenceChange> {
        match self {
            Self::Created { spec, .. } | Self::Restored { spec, .. } => vec![spec.add(of)],
            Self::Deleted { spec, .. } | Self::Expired { spec, .. } => {
                vec![ReferenceChange::Drop { to: spec.granted_to(of) }]
            }
            // Dropping and adding the same is adding it with its new end.
            Self::Updated(update) => update.spec.as_ref().map_or_else(Vec::new, |(from, to)| {
                vec![ReferenceChange::Drop { to: from.granted_to(of) }, to.add(of)]
            }),
        }
    }

    fn requirements(&self, _: Subject) -> Vec<Requirement> {
        match self {
            Self::Created { spec, .. } | Self::Restored { spec, .. } => spec.requirements(),
            Self::Updated(update) => update.spec.as_ref().map_or_else(Vec::new, |(_, to)| to.requirements()),
            Self::Expired { .. } | Self::Deleted { .. } => vec![],
        }
    }

    fn changes_authority(&self) -> bool {
        match self {
            Self::Created { .. } | Self::Deleted { .. } | Self::Restored { .. } => true,
            Self::Updated(update) => update.spec.is_some(),
            // The clock has ended it before.
            Self::Expired { .. } => false,
        }
    }

    fn authority_scopes(&self, of: Subject) -> Vec<ScopeId> {
        let partners: Vec<ScopeId> = match self {
            Self::Created { spec, .. } | Self::Deleted { spec, .. } | Self::Restored { spec, .. } => {
                spec.subject.partner().into_iter().collect()
            }
            Self::Updated(update) => {
                let specs = update.spec.iter().flat_map(|(from, to)| [from, to]);
                specs.filter_map(|spec| spec.subject.partner()).collect()
            }
            Self::Expired { .. } => vec![],
        };
        let own = self.changes_authority().then_some(of.scope);
        own.into_iter().chain(partners).collect()
    }
}
