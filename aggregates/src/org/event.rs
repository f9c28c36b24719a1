//! What can have happened to an org. Stored for ever: a stored form never changes.

use super::{Contact, Org, OrgSettings, OrgSpec, Origin};
use crate::facts::{
    Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, ReferenceKind, Requirement, Subject, Target,
};
use crate::profile::Profile;
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use values::{ExternalId, Name, ScopeId, Sealed, Timestamp};

/// An event of an org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum OrgEvent {
    /// It was made.
    Created {
        /// Its partner.
        partner: ScopeId,
        /// How it came to be.
        origin: Origin,
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<OrgSpec>,
        /// When it was approved, where that was at once.
        approved_at: Option<Timestamp>,
    },
    /// Some of what people set changed.
    Updated(Box<OrgUpdate>),
    /// Its partner let it begin.
    Approved {
        /// When.
        at: Timestamp,
        /// Why.
        reason: Option<Sealed>,
    },
    /// Its partner turned it down.
    Rejected {
        /// What it held until then.
        claimed: Claimed,
        /// Why.
        reason: Option<Sealed>,
    },
    /// Its members may act again.
    Activated {
        /// Why.
        reason: Option<Sealed>,
    },
    /// Its members may no longer act.
    Deactivated {
        /// Why.
        reason: Sealed,
    },
    /// It was deleted, softly.
    Deleted {
        /// What it held until then.
        claimed: Claimed,
    },
    /// It came back as it was.
    Restored {
        /// What it holds again.
        claimed: Claimed,
    },
}

/// The names an org holds while it is neither rejected nor deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claimed {
    /// In which partner.
    pub partner: ScopeId,
    /// Its name.
    pub name: Name,
    /// Its id in the partner's books.
    pub external_id: Option<ExternalId>,
    /// Whether it held them: a rejected org does not.
    pub held: bool,
}

/// What an update changed; a member that is absent stayed as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrgUpdate {
    /// The partner in which its names are unique.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub partner: Option<ScopeId>,
    /// The name, from and to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<(Name, Name)>,
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<Profile>,
    /// The external id, from and to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub external_id: Option<(Option<ExternalId>, Option<ExternalId>)>,
    /// The contact.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub contact: Option<Changed<Option<Contact>>>,
    /// The settings.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub settings: Option<OrgSettings>,
    /// Whether the org held its names, and so takes the new ones.
    pub held: bool,
}

/// A member that may be set to nothing: `{"to": null}` differs from absence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed<T> {
    /// What it is now.
    pub to: T,
}

impl OrgUpdate {
    /// What differs between what is and what shall be; `None` when nothing does.
    pub(super) fn between(is: &Org, name: Name, profile: Profile, spec: OrgSpec) -> Option<Self> {
        let current = is.name.clone()?;
        let update = Self {
            name: (current != name).then_some((current, name)),
            profile: (is.profile != profile).then_some(profile),
            external_id: (is.spec.external_id != spec.external_id)
                .then(|| (is.spec.external_id.clone(), spec.external_id)),
            contact: (is.spec.contact != spec.contact).then_some(Changed { to: spec.contact }),
            settings: (is.spec.settings != spec.settings).then_some(spec.settings),
            partner: None,
            held: is.holds_names(),
        };
        let nothing = Self { held: update.held, ..Self::default() };
        (update != nothing).then_some(Self { partner: is.partner, ..update })
    }

    pub(super) fn apply_to(self, org: &mut Org) {
        if let Some((_, to)) = self.name {
            org.name = Some(to);
        }
        if let Some(profile) = self.profile {
            org.profile = profile;
        }
        if let Some((_, to)) = self.external_id {
            org.spec.external_id = to;
        }
        if let Some(Changed { to }) = self.contact {
            org.spec.contact = to;
        }
        if let Some(settings) = self.settings {
            org.spec.settings = settings;
        }
    }

    fn claims(&self) -> Vec<ClaimChange> {
        let (Some(partner), true) = (self.partner, self.held) else { return vec![] };
        let mut changes = vec![];
        if let Some((from, to)) = &self.name {
            changes.push(ClaimChange::Release(name_in(partner, from)));
            changes.push(ClaimChange::Take(name_in(partner, to)));
        }
        if let Some((from, to)) = &self.external_id {
            changes.extend(from.iter().map(|id| ClaimChange::Release(external_id_in(partner, id))));
            changes.extend(to.iter().map(|id| ClaimChange::Take(external_id_in(partner, id))));
        }
        changes
    }
}

impl Claimed {
    fn claims(&self, change: fn(Claim) -> ClaimChange) -> Vec<ClaimChange> {
        if !self.held {
            return vec![];
        }
        let name = name_in(self.partner, &self.name);
        let external_id = self.external_id.iter().map(|id| external_id_in(self.partner, id));
        std::iter::once(name).chain(external_id).map(change).collect()
    }
}

fn name_in(partner: ScopeId, name: &Name) -> Claim {
    Claim { scope: partner, kind: ClaimKind::OrgName, key: name.as_str().to_owned() }
}

fn external_id_in(partner: ScopeId, id: &ExternalId) -> Claim {
    Claim { scope: partner, kind: ClaimKind::OrgExternalId, key: id.as_str().to_owned() }
}

fn partner_in_use(partner: ScopeId) -> Target {
    Target { scope: partner, id: partner.as_uuid(), kind: ReferenceKind::Uses }
}

impl DomainEvent for OrgEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "org.created",
            Self::Updated(_) => "org.updated",
            Self::Approved { .. } => "org.approved",
            Self::Rejected { .. } => "org.rejected",
            Self::Activated { .. } => "org.activated",
            Self::Deactivated { .. } => "org.deactivated",
            Self::Deleted { .. } => "org.deleted",
            Self::Restored { .. } => "org.restored",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for OrgEvent {
    fn claims(&self, _: Subject) -> Vec<ClaimChange> {
        match self {
            Self::Created { partner, name, spec, .. } => {
                let held = Claimed {
                    partner: *partner,
                    name: name.clone(),
                    external_id: spec.external_id.clone(),
                    held: true,
                };
                held.claims(ClaimChange::Take)
            }
            Self::Updated(update) => update.claims(),
            Self::Rejected { claimed, .. } | Self::Deleted { claimed } => {
                claimed.claims(ClaimChange::Release)
            }
            Self::Restored { claimed } => claimed.claims(ClaimChange::Take),
            Self::Approved { .. } | Self::Activated { .. } | Self::Deactivated { .. } => vec![],
        }
    }

    fn references(&self, _: Subject) -> Vec<ReferenceChange> {
        match self {
            Self::Created { partner, .. } => {
                vec![ReferenceChange::Add { to: partner_in_use(*partner), until: None }]
            }
            // A rejected org has ended: it keeps nobody from deleting its partner.
            Self::Restored { claimed } if claimed.held => {
                vec![ReferenceChange::Add { to: partner_in_use(claimed.partner), until: None }]
            }
            Self::Rejected { claimed, .. } | Self::Deleted { claimed } if claimed.held => {
                vec![ReferenceChange::Drop { to: partner_in_use(claimed.partner) }]
            }
            Self::Restored { .. }
            | Self::Deleted { .. }
            | Self::Updated(_)
            | Self::Approved { .. }
            | Self::Rejected { .. }
            | Self::Activated { .. }
            | Self::Deactivated { .. } => vec![],
        }
    }

    fn requirements(&self, _: Subject) -> Vec<Requirement> {
        match self {
            Self::Created { partner, .. } | Self::Restored { claimed: Claimed { partner, .. } } => {
                vec![Requirement::InPhase { id: partner.as_uuid(), phases: &["active"] }]
            }
            Self::Updated(_)
            | Self::Approved { .. }
            | Self::Rejected { .. }
            | Self::Activated { .. }
            | Self::Deactivated { .. }
            | Self::Deleted { .. } => vec![],
        }
    }

    fn changes_authority(&self) -> bool {
        match self {
            Self::Approved { .. }
            | Self::Rejected { .. }
            | Self::Activated { .. }
            | Self::Deactivated { .. }
            | Self::Deleted { .. }
            | Self::Restored { .. } => true,
            Self::Updated(update) => update.settings.is_some(),
            Self::Created { .. } => false,
        }
    }
}
