//! What can have happened to a membership. Stored for ever: a stored form never changes.

use super::{Access, Membership, administering};
use crate::facts::{ClaimChange, Facts, ReferenceChange, ReferenceKind, Requirement, Subject, Target};
use crate::user::memberships_of;
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Role, ScopeKind, Sealed};

/// An event of a membership.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum MembershipEvent {
    /// The user was taken in, for the first time or again.
    Added {
        /// Whose it is.
        user: Uuid,
        /// What it is a membership of.
        kind: ScopeKind,
        /// The member's address.
        email: Sealed,
        /// Given name.
        first_name: Option<Sealed>,
        /// Family name.
        last_name: Option<Sealed>,
        /// How the member comes in.
        access: Access,
        /// What it may do in the whole scope.
        roles: BTreeSet<Role>,
    },
    /// Names or roles changed.
    Updated(MembershipUpdate),
    /// The member may no longer act.
    Suspended {
        /// Why.
        reason: Option<Sealed>,
        /// Whether it administered its scope until then.
        administered: bool,
    },
    /// The member may act again.
    Reactivated {
        /// Whether it administers its scope again.
        administers: bool,
    },
    /// The member was taken out.
    Removed {
        /// Why.
        reason: Option<Sealed>,
        /// Whether it administered its scope until then.
        administered: bool,
    },
    /// The member was taken out, where it was in, and forgotten: the key that its data is sealed under was destroyed.
    Erased {
        /// Whose the membership is.
        user: Uuid,
        /// The key that was destroyed, as sealed texts name it.
        person: Uuid,
        /// Whether it administered its scope until then.
        administered: bool,
    },
}

/// What an update changed; a member that is absent stayed as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MembershipUpdate {
    /// Given and family name, as they are now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub names: Option<(Option<Sealed>, Option<Sealed>)>,
    /// The roles as they are now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub roles: Option<BTreeSet<Role>>,
    /// Whether it administered its scope before and does after, where that changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub administers: Option<bool>,
}

impl MembershipUpdate {
    /// What differs between what is and what shall be; `None` when nothing does.
    pub(super) fn between(
        is: &Membership,
        first_name: Option<Sealed>,
        last_name: Option<Sealed>,
        roles: BTreeSet<Role>,
    ) -> Option<Self> {
        let administers = is.is_live() && administering(&roles);
        let names = (first_name, last_name);
        let update = Self {
            administers: (is.administers() != administers).then_some(administers),
            names: (names != (is.first_name.clone(), is.last_name.clone())).then_some(names),
            roles: (is.roles != roles).then_some(roles),
        };
        (update != Self::default()).then_some(update)
    }

    pub(super) fn apply_to(self, membership: &mut Membership) {
        if let Some((first, last)) = self.names {
            membership.first_name = first;
            membership.last_name = last;
        }
        if let Some(roles) = self.roles {
            membership.roles = roles;
        }
    }
}

impl DomainEvent for MembershipEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Added { .. } => "membership.added",
            Self::Updated(_) => "membership.updated",
            Self::Suspended { .. } => "membership.suspended",
            Self::Reactivated { .. } => "membership.reactivated",
            Self::Removed { .. } => "membership.removed",
            Self::Erased { .. } => "membership.erased",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

/// The reference by which a membership says that it administers its scope.
fn administration(of: Subject) -> Target {
    Target { scope: of.scope, id: of.scope.as_uuid(), kind: ReferenceKind::Administers }
}

/// The keys that open this membership.
fn keys(of: Subject) -> Target {
    Target { scope: of.scope, id: of.id, kind: ReferenceKind::KeyOf }
}

impl Facts for MembershipEvent {
    fn claims(&self, _: Subject) -> Vec<ClaimChange> {
        vec![]
    }

    fn references(&self, of: Subject) -> Vec<ReferenceChange> {
        let administers = match self {
            Self::Added { roles, .. } => administering(roles).then_some(true),
            Self::Updated(update) => update.administers,
            Self::Suspended { administered, .. }
            | Self::Removed { administered, .. }
            | Self::Erased { administered, .. } => administered.then_some(false),
            Self::Reactivated { administers } => administers.then_some(true),
        };
        let administers = administers.map(|administers| {
            let to = administration(of);
            if administers { ReferenceChange::Add { to, until: None } } else { ReferenceChange::Drop { to } }
        });
        let whose = match self {
            Self::Added { user, .. } => Some(ReferenceChange::Add { to: memberships_of(*user), until: None }),
            Self::Erased { user, .. } => Some(ReferenceChange::Drop { to: memberships_of(*user) }),
            Self::Updated(_) | Self::Suspended { .. } | Self::Reactivated { .. } | Self::Removed { .. } => {
                None
            }
        };
        administers.into_iter().chain(whose).collect()
    }

    fn requirements(&self, of: Subject) -> Vec<Requirement> {
        let one_remains = Requirement::OneRemains(administration(of));
        let no_keys = Requirement::NoneRemains(keys(of));
        match self {
            Self::Added { kind: ScopeKind::Org, .. } => vec![Requirement::InPhase {
                id: of.scope.as_uuid(),
                phases: &["active", "pendingApproval", "deactivated"],
            }],
            Self::Added { kind: ScopeKind::Partner, .. } => {
                vec![Requirement::InPhase { id: of.scope.as_uuid(), phases: &["active"] }]
            }
            Self::Updated(update) if update.administers == Some(false) => vec![one_remains],
            Self::Suspended { administered, .. }
            | Self::Removed { administered, .. }
            | Self::Erased { administered, .. } => {
                let mut requirements = vec![no_keys];
                if matches!(self, Self::Removed { .. } | Self::Erased { .. }) {
                    let no_more =
                        |kind| Requirement::NoneRemains(Target { scope: of.scope, id: of.id, kind });
                    requirements.extend([ReferenceKind::Includes, ReferenceKind::Grants].map(no_more));
                }
                requirements.extend(administered.then_some(one_remains));
                requirements
            }
            Self::Added { kind: ScopeKind::Platform, .. } | Self::Updated(_) | Self::Reactivated { .. } => {
                vec![]
            }
        }
    }

    fn changes_authority(&self) -> bool {
        match self {
            // Erasing makes every process forget the key, too.
            Self::Suspended { .. }
            | Self::Reactivated { .. }
            | Self::Removed { .. }
            | Self::Erased { .. } => true,
            Self::Updated(update) => update.roles.is_some(),
            Self::Added { .. } => false,
        }
    }
}
