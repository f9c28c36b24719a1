//! A customer of a partner.
//!
//! ```text
//! (none) ── Create ──► pendingApproval ── Approve ──► active ◄── Activate ── deactivated
//!                            │                          └──── Deactivate ──────►┘
//!                            └── Reject ──► rejected
//! any of these ── Delete ──► deleted ── Restore ──► what it was
//! ```
//!
//! Rejecting and deleting release the name and the external id; restoring takes them again. Nothing inside an org is
//! touched by any of it: whether its members may act is read from its phase.

mod command;
mod error;
mod event;

pub use command::{Create, OrgCommand, Origin};
pub use error::OrgRefusal;
pub use event::{Changed, Claimed, OrgEvent, OrgUpdate};

use crate::{emit, profile::Profile};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use values::{ExternalId, Name, ScopeId, Sealed, Timestamp};

/// Where an org stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OrgPhase {
    /// Never created.
    #[default]
    None,
    /// Waits for its partner's word.
    PendingApproval,
    /// Its members may act.
    Active,
    /// Its members may not act.
    Deactivated,
    /// Turned down; for good.
    Rejected,
}

impl OrgPhase {
    /// The form on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::PendingApproval => "pendingApproval",
            Self::Active => "active",
            Self::Deactivated => "deactivated",
            Self::Rejected => "rejected",
        }
    }
}

/// The person a partner talks to about an org; sealed under a key of that person's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Given name.
    pub first_name: Option<Sealed>,
    /// Family name.
    pub last_name: Option<Sealed>,
    /// E-mail address.
    pub email: Option<Sealed>,
    /// Telephone number.
    pub phone: Option<Sealed>,
}

/// What an org decides for its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrgSettings {
    /// How long an access key lives when its issuer does not say.
    pub api_key_default_validity_hours: u32,
    /// The longest an access key may live.
    pub api_key_max_validity_hours: u32,
    /// Whether access keys may live for ever.
    pub allow_non_expiring_keys: bool,
    /// Whether partner staff may issue keys for the org's members.
    pub allow_partner_keys: bool,
    /// Whether partner staff may give themselves rights inside for some hours.
    pub allow_break_glass: bool,
}

impl Default for OrgSettings {
    fn default() -> Self {
        Self {
            api_key_default_validity_hours: 2_160,
            api_key_max_validity_hours: 8_760,
            allow_non_expiring_keys: false,
            allow_partner_keys: true,
            allow_break_glass: false,
        }
    }
}

/// What people set on an org.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrgSpec {
    /// The org's id in the partner's own books.
    pub external_id: Option<ExternalId>,
    /// Whom to talk to.
    pub contact: Option<Contact>,
    /// What holds for its members.
    pub settings: OrgSettings,
}

/// An org's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Org {
    /// Where it stands, deletion aside.
    pub phase: OrgPhase,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Its partner.
    pub partner: Option<ScopeId>,
    /// How it came to be.
    pub origin: Origin,
    /// Its name, once it has one.
    pub name: Option<Name>,
    /// What people wrote on it.
    pub profile: Profile,
    /// What people set.
    pub spec: OrgSpec,
    /// When it was approved.
    pub approved_at: Option<Timestamp>,
    /// Why it is in its phase.
    pub reason: Option<Sealed>,
}

impl Aggregate for Org {
    type Command = OrgCommand;
    type Error = OrgRefusal;
    type Event = OrgEvent;
    type Services = ();

    const TYPE: &'static str = "org";

    async fn handle(
        &mut self,
        command: OrgCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), OrgRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: OrgEvent) {
        match event {
            OrgEvent::Created { partner, origin, name, profile, spec, approved_at } => {
                self.phase = if approved_at.is_some() { OrgPhase::Active } else { OrgPhase::PendingApproval };
                self.partner = Some(partner);
                self.origin = origin;
                self.name = Some(name);
                self.profile = profile;
                self.spec = *spec;
                self.approved_at = approved_at;
            }
            OrgEvent::Updated(update) => update.apply_to(self),
            OrgEvent::Approved { at, reason } => {
                self.phase = OrgPhase::Active;
                self.approved_at = Some(at);
                self.reason = reason;
            }
            OrgEvent::Rejected { reason, .. } => {
                self.phase = OrgPhase::Rejected;
                self.reason = reason;
            }
            OrgEvent::Activated { reason } => {
                self.phase = OrgPhase::Active;
                self.reason = reason;
            }
            OrgEvent::Deactivated { reason } => {
                self.phase = OrgPhase::Deactivated;
                self.reason = Some(reason);
            }
            OrgEvent::Deleted { .. } => self.deleted = true,
            OrgEvent::Restored { .. } => self.deleted = false,
        }
    }
}

impl Org {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(&self, command: OrgCommand) -> Result<Vec<OrgEvent>, OrgRefusal> {
        use OrgCommand as C;
        use OrgPhase as P;
        match (self.phase, self.deleted, command) {
            (P::None, _, C::Create(create)) => {
                check(&create.spec.settings)?;
                Ok(vec![create.into_event()])
            }
            (
                P::None,
                _,
                C::Update { .. }
                | C::Approve { .. }
                | C::Reject { .. }
                | C::Activate { .. }
                | C::Deactivate { .. }
                | C::Delete
                | C::Restore,
            ) => Err(OrgRefusal::NotFound),
            (_, _, C::Create(_)) => Err(OrgRefusal::AlreadyExists),

            (_, true, C::Restore) => Ok(vec![OrgEvent::Restored { claimed: self.claimed()? }]),
            (
                _,
                true,
                C::Update { .. }
                | C::Approve { .. }
                | C::Reject { .. }
                | C::Activate { .. }
                | C::Deactivate { .. },
            ) => Err(OrgRefusal::Deleted),

            (_, true, C::Delete)
            | (_, false, C::Restore)
            | (P::Active, false, C::Approve { .. } | C::Activate { .. })
            | (P::Deactivated, false, C::Deactivate { .. })
            | (P::Rejected, false, C::Reject { .. }) => Ok(vec![]),

            (_, false, C::Update { name, profile, spec }) => self.update(name, profile, *spec),
            (_, false, C::Delete) if self.profile.deletion_protection => Err(OrgRefusal::DeletionProtected),
            (_, false, C::Delete) => Ok(vec![OrgEvent::Deleted { claimed: self.claimed()? }]),

            (P::PendingApproval, false, C::Approve { at, reason }) => {
                Ok(vec![OrgEvent::Approved { at, reason }])
            }
            (P::PendingApproval, false, C::Reject { reason }) => {
                Ok(vec![OrgEvent::Rejected { claimed: self.claimed()?, reason }])
            }
            (P::Deactivated, false, C::Activate { reason }) => Ok(vec![OrgEvent::Activated { reason }]),
            (P::Active, false, C::Deactivate { reason }) => Ok(vec![OrgEvent::Deactivated { reason }]),

            (P::Deactivated, false, C::Approve { .. }) => {
                Err(self.wrong_phase("approve", "activate it instead"))
            }
            (P::Rejected, false, C::Approve { .. }) => Err(self.wrong_phase("approve", "create it anew")),
            (P::PendingApproval, false, C::Activate { .. }) => {
                Err(self.wrong_phase("activate", "approve it first"))
            }
            (P::Rejected, false, C::Activate { .. }) => Err(self.wrong_phase("activate", "create it anew")),
            (P::PendingApproval, false, C::Deactivate { .. }) => {
                Err(self.wrong_phase("deactivate", "approve or reject it"))
            }
            (P::Rejected, false, C::Deactivate { .. }) => Err(self.wrong_phase("deactivate", "it has ended")),
            (P::Active | P::Deactivated, false, C::Reject { .. }) => {
                Err(self.wrong_phase("reject", "deactivate or delete it"))
            }
        }
    }

    fn update(&self, name: Name, profile: Profile, spec: OrgSpec) -> Result<Vec<OrgEvent>, OrgRefusal> {
        check(&spec.settings)?;
        let update = OrgUpdate::between(self, name, profile, spec);
        Ok(update.map(|update| OrgEvent::Updated(Box::new(update))).into_iter().collect())
    }

    /// What the org holds while it is neither rejected nor deleted.
    fn claimed(&self) -> Result<Claimed, OrgRefusal> {
        Ok(Claimed {
            partner: self.partner.ok_or(OrgRefusal::NotFound)?,
            name: self.name.clone().ok_or(OrgRefusal::NotFound)?,
            external_id: self.spec.external_id.clone(),
            held: self.holds_names(),
        })
    }

    /// A rejected org has given its names up.
    fn holds_names(&self) -> bool {
        self.phase != OrgPhase::Rejected
    }

    fn wrong_phase(&self, verb: &'static str, instead: &'static str) -> OrgRefusal {
        OrgRefusal::WrongPhase { verb, phase: self.phase.as_str(), instead }
    }
}

/// A key that is issued without a word about its validity must be one that may be issued.
const fn check(settings: &OrgSettings) -> Result<(), OrgRefusal> {
    if settings.api_key_default_validity_hours > settings.api_key_max_validity_hours {
        return Err(OrgRefusal::DefaultAboveMaximum);
    }
    Ok(())
}
