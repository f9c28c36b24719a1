//! What can have happened to a partner. Stored for ever: a stored form never changes.

use super::{Brand, Partner, PartnerPolicy, PartnerSpec};
use crate::facts::{
    Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, ReferenceKind, Requirement, Subject, Target,
};
use crate::profile::Profile;
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use values::{HostName, Name, ScopeId};

/// An event of a partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PartnerEvent {
    /// It was made.
    Created {
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<PartnerSpec>,
    },
    /// Some of what people set changed.
    Updated(Box<PartnerUpdate>),
    /// It was deleted, softly.
    Deleted {
        /// What it held until then.
        claimed: Claimed,
    },
    /// It came back.
    Restored {
        /// What it holds again.
        claimed: Claimed,
    },
}

/// The names a live partner holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claimed {
    /// Its name.
    pub name: Name,
    /// Its host.
    pub host: Option<HostName>,
}

/// What an update changed; a member that is absent stayed as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartnerUpdate {
    /// The name, from and to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<(Name, Name)>,
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<Profile>,
    /// The brand.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub brand: Option<Brand>,
    /// The host, from and to, where the brand's host changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub host: Option<(Option<HostName>, Option<HostName>)>,
    /// The policy.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub policy: Option<PartnerPolicy>,
}

impl PartnerUpdate {
    /// What differs between what is and what shall be; `None` when nothing does.
    pub(super) fn between(
        current: &Name,
        is: &Partner,
        name: Name,
        profile: Profile,
        spec: PartnerSpec,
    ) -> Option<Self> {
        let (old_host, new_host) = (&is.spec.brand.host, &spec.brand.host);
        let update = Self {
            name: (*current != name).then(|| (current.clone(), name)),
            profile: (is.profile != profile).then_some(profile),
            host: (old_host != new_host).then(|| (old_host.clone(), new_host.clone())),
            brand: (is.spec.brand != spec.brand).then_some(spec.brand),
            policy: (is.spec.policy != spec.policy).then_some(spec.policy),
        };
        (update != Self::default()).then_some(update)
    }

    pub(super) fn apply_to(self, partner: &mut Partner) {
        if let Some((_, to)) = self.name {
            partner.name = Some(to);
        }
        if let Some(profile) = self.profile {
            partner.profile = profile;
        }
        if let Some(brand) = self.brand {
            partner.spec.brand = brand;
        }
        if let Some(policy) = self.policy {
            partner.spec.policy = policy;
        }
    }

    fn claims(&self) -> Vec<ClaimChange> {
        let mut changes = vec![];
        if let Some((from, to)) = &self.name {
            changes.push(ClaimChange::Release(name_claim(from)));
            changes.push(ClaimChange::Take(name_claim(to)));
        }
        if let Some((from, to)) = &self.host {
            changes.extend(from.iter().map(|host| ClaimChange::Release(host_claim(host))));
            changes.extend(to.iter().map(|host| ClaimChange::Take(host_claim(host))));
        }
        changes
    }
}

fn held(name: &Name, host: Option<&HostName>, change: fn(Claim) -> ClaimChange) -> Vec<ClaimChange> {
    std::iter::once(name_claim(name)).chain(host.map(host_claim)).map(change).collect()
}

fn name_claim(name: &Name) -> Claim {
    Claim { scope: ScopeId::PLATFORM, kind: ClaimKind::PartnerName, key: name.as_str().to_owned() }
}

fn host_claim(host: &HostName) -> Claim {
    Claim { scope: ScopeId::PLATFORM, kind: ClaimKind::PartnerHost, key: host.as_str().to_owned() }
}

impl DomainEvent for PartnerEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "partner.created",
            Self::Updated(_) => "partner.updated",
            Self::Deleted { .. } => "partner.deleted",
            Self::Restored { .. } => "partner.restored",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for PartnerEvent {
    fn claims(&self, _: Subject) -> Vec<ClaimChange> {
        match self {
            Self::Created { name, spec, .. } => held(name, spec.brand.host.as_ref(), ClaimChange::Take),
            Self::Updated(update) => update.claims(),
            Self::Deleted { claimed } => held(&claimed.name, claimed.host.as_ref(), ClaimChange::Release),
            Self::Restored { claimed } => held(&claimed.name, claimed.host.as_ref(), ClaimChange::Take),
        }
    }

    fn references(&self, _: Subject) -> Vec<ReferenceChange> {
        vec![]
    }

    fn requirements(&self, of: Subject) -> Vec<Requirement> {
        match self {
            Self::Deleted { .. } => {
                vec![Requirement::Unused(Target { scope: of.scope, id: of.id, kind: ReferenceKind::Uses })]
            }
            Self::Created { .. } | Self::Updated(_) | Self::Restored { .. } => vec![],
        }
    }

    fn changes_authority(&self) -> bool {
        match self {
            Self::Deleted { .. } | Self::Restored { .. } => true,
            // The name and the policy are remembered between requests.
            Self::Updated(update) => update.name.is_some() || update.policy.is_some(),
            Self::Created { .. } => false,
        }
    }
}
