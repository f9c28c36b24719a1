//! What ties a user to one scope: an org (its members), a partner (its staff) or the platform (operators).
//!
//! ```text
//! (none) ── Add ─┬► invited (console) ─────┐
//!                └► active (programmatic) ─┴─ Suspend ──► suspended ── Reactivate ──► active
//! any of these ── Remove ──► removed ── Add ──► …         the id stays
//! any of these ── Erase ──► erased ── Add ──► …           the id stays, who it was is forgotten
//! ```
//!
//! Keys belong to memberships: what ends a membership ends its keys in the same unit, which
//! [`Requirement::NoneRemains`](crate::facts::Requirement::NoneRemains) makes sure of. Whoever is taken out is in no
//! group and has no role by a binding any more, for the same reason: it shall not have them again when it is added
//! again. A membership that administers its scope says so by a reference, so that the last one cannot go.

mod command;
mod error;
mod event;

pub use command::{Add, MembershipCommand};
pub use error::MembershipRefusal;
pub use event::{MembershipEvent, MembershipUpdate};

use crate::emit;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Role, ScopeKind, Sealed};

/// How a member comes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Access {
    /// A person, who may sign in to the console.
    #[default]
    Console,
    /// A machine, with keys only.
    Programmatic,
}

/// Where a membership stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MembershipPhase {
    /// Never added.
    #[default]
    None,
    /// Added, has not signed in; keys work.
    Invited,
    /// Signed in, or a machine.
    Active,
    /// May not act.
    Suspended,
    /// Was taken out.
    Removed,
    /// Was taken out and forgotten.
    Erased,
}

impl MembershipPhase {
    /// The form on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Removed => "removed",
            Self::Erased => "erased",
        }
    }
}

/// The phases in which somebody is a member, as documents show them.
pub const LIVE_PHASES: &[&str] = &["invited", "active", "suspended"];

/// A membership's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Membership {
    /// Where it stands.
    pub phase: MembershipPhase,
    /// Whose it is.
    pub user: Option<Uuid>,
    /// What it is a membership of.
    pub kind: Option<ScopeKind>,
    /// The member's address, as it was when added.
    pub email: Option<Sealed>,
    /// Given name.
    pub first_name: Option<Sealed>,
    /// Family name.
    pub last_name: Option<Sealed>,
    /// How the member comes in.
    pub access: Access,
    /// What it may do in the whole scope.
    pub roles: BTreeSet<Role>,
    /// Why it is suspended or removed.
    pub reason: Option<Sealed>,
}

impl Aggregate for Membership {
    type Command = MembershipCommand;
    type Error = MembershipRefusal;
    type Event = MembershipEvent;
    type Services = ();

    const TYPE: &'static str = "membership";

    async fn handle(
        &mut self,
        command: MembershipCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), MembershipRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: MembershipEvent) {
        match event {
            MembershipEvent::Added { user, kind, email, first_name, last_name, access, roles } => {
                self.phase = match access {
                    Access::Console => MembershipPhase::Invited,
                    Access::Programmatic => MembershipPhase::Active,
                };
                self.user = Some(user);
                self.kind = Some(kind);
                self.email = Some(email);
                self.first_name = first_name;
                self.last_name = last_name;
                self.access = access;
                self.roles = roles;
                self.reason = None;
            }
            MembershipEvent::Updated(update) => update.apply_to(self),
            MembershipEvent::Suspended { reason, .. } => {
                self.phase = MembershipPhase::Suspended;
                self.reason = reason;
            }
            MembershipEvent::Reactivated { .. } => {
                self.phase = MembershipPhase::Active;
                self.reason = None;
            }
            MembershipEvent::Removed { reason, .. } => {
                self.phase = MembershipPhase::Removed;
                self.reason = reason;
            }
            MembershipEvent::Erased { .. } => {
                self.phase = MembershipPhase::Erased;
                self.reason = None;
            }
        }
    }
}

impl Membership {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(&self, command: MembershipCommand) -> Result<Vec<MembershipEvent>, MembershipRefusal> {
        use MembershipCommand as C;
        use MembershipPhase as P;
        match (self.phase, command) {
            (P::None | P::Removed | P::Erased, C::Add(add)) => {
                fit_for(add.kind, &add.roles)?;
                Ok(vec![add.into_event()])
            }
            (P::Invited | P::Active | P::Suspended, C::Add(_)) => Err(MembershipRefusal::AlreadyMember),
            (P::None, C::Update { .. } | C::Suspend { .. } | C::Reactivate | C::Remove { .. } | C::Erase) => {
                Err(MembershipRefusal::NotFound)
            }
            (P::Erased, C::Update { .. } | C::Suspend { .. } | C::Reactivate) => {
                Err(MembershipRefusal::Erased)
            }
            (P::Removed, C::Update { .. } | C::Suspend { .. } | C::Reactivate) => {
                Err(MembershipRefusal::Removed)
            }
            (P::Erased, C::Erase)
            | (P::Removed | P::Erased, C::Remove { .. })
            | (P::Suspended, C::Suspend { .. })
            | (P::Invited | P::Active, C::Reactivate) => Ok(vec![]),

            (P::Invited | P::Active | P::Suspended, C::Update { first_name, last_name, roles }) => {
                fit_for(self.kind.ok_or(MembershipRefusal::NotFound)?, &roles)?;
                let update = MembershipUpdate::between(self, first_name, last_name, roles);
                Ok(update.map(MembershipEvent::Updated).into_iter().collect())
            }
            (P::Invited | P::Active, C::Suspend { reason }) => {
                Ok(vec![MembershipEvent::Suspended { reason, administered: self.administers() }])
            }
            (P::Suspended, C::Reactivate) => {
                Ok(vec![MembershipEvent::Reactivated { administers: self.would_administer() }])
            }
            (P::Invited | P::Active | P::Suspended, C::Remove { reason }) => {
                Ok(vec![MembershipEvent::Removed { reason, administered: self.administers() }])
            }
            (P::Invited | P::Active | P::Suspended | P::Removed, C::Erase) => {
                let (user, person) = self.user.zip(self.person()).ok_or(MembershipRefusal::NotFound)?;
                Ok(vec![MembershipEvent::Erased { user, person, administered: self.administers() }])
            }
        }
    }

    /// The key that what is personal of the member is sealed under, as sealed texts name it.
    #[must_use]
    pub fn person(&self) -> Option<Uuid> {
        self.email.as_ref().map(Sealed::person)
    }

    /// Whether this membership counts among those without whom nobody could administer the scope.
    #[must_use]
    pub fn administers(&self) -> bool {
        self.is_live() && self.would_administer()
    }

    /// Whether it may act.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self.phase, MembershipPhase::Invited | MembershipPhase::Active)
    }

    fn would_administer(&self) -> bool {
        administering(&self.roles)
    }
}

/// Whether these roles let a member decide over everything in its scope. A partner's staff is not counted: the
/// operator can always add to it.
fn administering(roles: &BTreeSet<Role>) -> bool {
    roles.contains(&Role::OrgAdmin) || roles.contains(&Role::Operator)
}

fn fit_for(kind: ScopeKind, roles: &BTreeSet<Role>) -> Result<(), MembershipRefusal> {
    match roles.iter().find(|role| !role.may_be_granted_on(kind)) {
        Some(role) => Err(MembershipRefusal::RoleDoesNotFit(*role)),
        None => Ok(()),
    }
}
