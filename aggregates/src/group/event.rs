//! What can have happened to a group. Stored for ever: a stored form never changes.

use super::{Group, Member, Members};
use crate::facts::{
    Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, ReferenceKind, Requirement, Subject, Target,
};
use crate::membership::LIVE_PHASES;
use crate::profile::Profile;
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use values::Name;

/// An event of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum GroupEvent {
    /// It was made.
    Created {
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// Who is in it.
        members: Vec<Member>,
    },
    /// Name, profile or members changed.
    Updated(Box<GroupUpdate>),
    /// It was deleted, softly.
    Deleted {
        /// The name it held until then.
        name: Name,
        /// Who was in it until then.
        members: Vec<Member>,
    },
    /// It came back.
    Restored {
        /// The name it holds again.
        name: Name,
        /// Who is in it: whoever has left the org since is not.
        members: Vec<Member>,
    },
}

/// What an update changed; a member that is absent stayed as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupUpdate {
    /// The name, from and to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<(Name, Name)>,
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<Profile>,
    /// Who came in.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub added: Vec<Member>,
    /// Who went.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub removed: Vec<Member>,
}

impl GroupUpdate {
    /// What differs between what is and what shall be; `None` when nothing does.
    pub(super) fn between(
        current: &Name,
        is: &Group,
        name: Name,
        profile: Profile,
        members: &Members,
    ) -> Option<Self> {
        let only_in = |these: &Members, those: &Members| {
            these.values().filter(|member| !those.contains_key(&member.user)).cloned().collect()
        };
        let update = Self {
            name: (*current != name).then(|| (current.clone(), name)),
            profile: (is.profile != profile).then_some(profile),
            added: only_in(members, &is.members),
            removed: only_in(&is.members, members),
        };
        (update != Self::default()).then_some(update)
    }

    pub(super) fn apply_to(self, group: &mut Group) {
        if let Some((_, to)) = self.name {
            group.name = Some(to);
        }
        if let Some(profile) = self.profile {
            group.profile = profile;
        }
        for member in self.removed {
            group.members.remove(&member.user);
        }
        for member in self.added {
            group.members.insert(member.user, member);
        }
    }
}

impl DomainEvent for GroupEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "group.created",
            Self::Updated(_) => "group.updated",
            Self::Deleted { .. } => "group.deleted",
            Self::Restored { .. } => "group.restored",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for GroupEvent {
    fn claims(&self, of: Subject) -> Vec<ClaimChange> {
        let claim = |name: &Name| Claim {
            scope: of.scope,
            kind: ClaimKind::GroupName,
            key: format!("{}/{}", of.scope, name.as_str()),
        };
        match self {
            Self::Created { name, .. } | Self::Restored { name, .. } => vec![ClaimChange::Take(claim(name))],
            Self::Deleted { name, .. } => vec![ClaimChange::Release(claim(name))],
            Self::Updated(update) => update.name.as_ref().map_or_else(Vec::new, |(from, to)| {
                vec![ClaimChange::Release(claim(from)), ClaimChange::Take(claim(to))]
            }),
        }
    }

    fn references(&self, of: Subject) -> Vec<ReferenceChange> {
        let includes = |member: &Member| Target {
            scope: of.scope,
            id: member.membership,
            kind: ReferenceKind::Includes,
        };
        let add = |member: &Member| ReferenceChange::Add { to: includes(member), until: None };
        let drop = |member: &Member| ReferenceChange::Drop { to: includes(member) };
        match self {
            Self::Created { members, .. } | Self::Restored { members, .. } => {
                members.iter().map(add).collect()
            }
            Self::Deleted { members, .. } => members.iter().map(drop).collect(),
            Self::Updated(update) => {
                update.removed.iter().map(drop).chain(update.added.iter().map(add)).collect()
            }
        }
    }

    fn requirements(&self, of: Subject) -> Vec<Requirement> {
        let is_there = |member: &Member| Requirement::InPhase { id: member.membership, phases: LIVE_PHASES };
        match self {
            Self::Created { members, .. } | Self::Restored { members, .. } => {
                members.iter().map(is_there).collect()
            }
            Self::Updated(update) => update.added.iter().map(is_there).collect(),
            Self::Deleted { .. } => {
                vec![Requirement::Unused(Target { scope: of.scope, id: of.id, kind: ReferenceKind::Grants })]
            }
        }
    }

    fn changes_authority(&self) -> bool {
        match self {
            // Nothing gives a role to a group that is new, or that could be deleted.
            Self::Created { .. } | Self::Deleted { .. } | Self::Restored { .. } => false,
            Self::Updated(update) => !(update.added.is_empty() && update.removed.is_empty()),
        }
    }
}
