//! A role that is given to a member, a group, or for some hours to one of the partner's staff: on the org, a project
//! or some of its namespaces, for ever or until a moment.
//!
//! ```text
//! (none) ── Create ──► active ── Expire ──► expired ── Update (a later end) ──► active
//! any of these ── Delete ──► deleted ── Restore ──► what it was
//! ```
//!
//! The clock ends a binding by itself; `Expire` only writes down that it has. Whoever gives the partner's staff a role
//! lets outsiders in ("break-glass"): that ends after at most [`MOST_HOURS_FOR_STAFF`] hours. Deleting releases the
//! name.

mod command;
mod error;
mod event;

pub use command::RoleBindingCommand;
pub use error::RoleBindingRefusal;
pub use event::{RoleBindingEvent, RoleBindingUpdate};

use crate::emit;
use crate::profile::Profile;
use crate::reference::Reference;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::{Name, Role, RoleLevel, ScopeId, ScopeKind, Sealed, Timestamp};

/// The longest that a binding may let one of the partner's staff in, in hours.
pub const MOST_HOURS_FOR_STAFF: u32 = 8;

/// To whom a role is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Grantee {
    /// A member of the org.
    User {
        /// The user.
        user: Uuid,
        /// Its membership of the org.
        membership: Uuid,
        /// Its address.
        email: Sealed,
    },
    /// One of the partner's staff.
    Staff {
        /// The partner.
        partner: ScopeId,
        /// The user.
        user: Uuid,
        /// Its membership of the partner.
        membership: Uuid,
        /// Its address.
        email: Sealed,
    },
    /// A group of the org.
    Group(Reference),
}

impl Grantee {
    /// The user's or group's id.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        match self {
            Self::User { user, .. } | Self::Staff { user, .. } => *user,
            Self::Group(group) => group.id,
        }
    }

    /// The partner whose staff is let in, if it is.
    #[must_use]
    pub const fn partner(&self) -> Option<ScopeId> {
        match self {
            Self::Staff { partner, .. } => Some(*partner),
            Self::User { .. } | Self::Group(_) => None,
        }
    }

    /// Whether both are the same, whatever it is called.
    fn is(&self, other: &Self) -> bool {
        self.id() == other.id() && self.partner() == other.partner()
    }
}

/// Where a role is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum BindingScope {
    /// The org, all its projects included.
    Org,
    /// One project.
    Project(Reference),
    /// Some namespaces of one project.
    Namespaces {
        /// The project.
        project: Reference,
        /// The namespaces, at least one.
        namespaces: Vec<Reference>,
    },
}

impl BindingScope {
    /// The project, where it is not the whole org.
    #[must_use]
    pub const fn project(&self) -> Option<&Reference> {
        match self {
            Self::Org => None,
            Self::Project(project) | Self::Namespaces { project, .. } => Some(project),
        }
    }

    /// The namespaces, where it is only these.
    #[must_use]
    pub fn namespaces(&self) -> &[Reference] {
        match self {
            Self::Org | Self::Project(_) => &[],
            Self::Namespaces { namespaces, .. } => namespaces,
        }
    }

    /// Whether the role is meant for such a scope: no role is given wider than it is meant, and roles in namespaces
    /// need their namespaces named.
    fn fits(&self, role: Role) -> bool {
        match self {
            Self::Org => role.may_be_granted_on(ScopeKind::Org),
            Self::Project(_) => role.level() == RoleLevel::Project,
            Self::Namespaces { namespaces, .. } => {
                role.level() == RoleLevel::Namespace && !namespaces.is_empty()
            }
        }
    }

    /// Whether both are the same, whatever it is called.
    fn is(&self, other: &Self) -> bool {
        let ids = |scope: &Self| scope.namespaces().iter().map(|it| it.id).collect::<Vec<_>>();
        self.project().map(|it| it.id) == other.project().map(|it| it.id) && ids(self) == ids(other)
    }
}

/// What a binding gives to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleBindingSpec {
    /// The role.
    pub role: Role,
    /// To whom.
    pub subject: Grantee,
    /// Where.
    pub scope: BindingScope,
    /// Until when; for ever where there is no end.
    pub expires_at: Option<Timestamp>,
    /// Why.
    pub reason: Option<Sealed>,
}

impl RoleBindingSpec {
    /// Whether both say the same: what has been renamed since is still the same.
    fn says(&self, other: &Self) -> bool {
        self.role == other.role
            && self.subject.is(&other.subject)
            && self.scope.is(&other.scope)
            && self.expires_at == other.expires_at
            && self.reason == other.reason
    }

    /// Checks what a binding that begins at a moment may say.
    fn check(&self, begun_at: Timestamp) -> Result<(), RoleBindingRefusal> {
        if !self.scope.fits(self.role) {
            return Err(RoleBindingRefusal::RoleDoesNotFit(self.role));
        }
        let latest = begun_at.plus_hours(MOST_HOURS_FOR_STAFF);
        if self.subject.partner().is_some() && self.expires_at.is_none_or(|end| end > latest) {
            return Err(RoleBindingRefusal::TooLongForStaff { hours: MOST_HOURS_FOR_STAFF });
        }
        Ok(())
    }
}

/// A role binding's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleBinding {
    /// Its name, once it has one.
    pub name: Option<Name>,
    /// Whether it is deleted.
    pub deleted: bool,
    /// When it was noted that its time is over, if it was.
    pub expired_at: Option<Timestamp>,
    /// What people wrote on it.
    pub profile: Profile,
    /// What it gives to whom.
    pub spec: Option<RoleBindingSpec>,
    /// Since when it gives something to this user or group.
    pub begun_at: Option<Timestamp>,
}

impl Aggregate for RoleBinding {
    type Command = RoleBindingCommand;
    type Error = RoleBindingRefusal;
    type Event = RoleBindingEvent;
    type Services = ();

    const TYPE: &'static str = "roleBinding";

    async fn handle(
        &mut self,
        command: RoleBindingCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), RoleBindingRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: RoleBindingEvent) {
        match event {
            RoleBindingEvent::Created { name, profile, spec, at } => {
                self.name = Some(name);
                self.profile = profile;
                self.spec = Some(*spec);
                self.begun_at = Some(at);
            }
            RoleBindingEvent::Updated(update) => update.apply_to(self),
            RoleBindingEvent::Expired { at, .. } => self.expired_at = Some(at),
            RoleBindingEvent::Deleted { .. } => self.deleted = true,
            // If its time is over, that is noted again.
            RoleBindingEvent::Restored { .. } => {
                self.deleted = false;
                self.expired_at = None;
            }
        }
    }
}

impl RoleBinding {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(&self, command: RoleBindingCommand) -> Result<Vec<RoleBindingEvent>, RoleBindingRefusal> {
        use RoleBindingCommand as C;
        let made = self.name.as_ref().zip(self.spec.as_ref()).zip(self.begun_at);
        match (made, self.deleted, command) {
            (None, _, C::Create { name, profile, spec, at }) => {
                spec.check(at)?;
                in_the_future(spec.expires_at, at)?;
                Ok(vec![RoleBindingEvent::Created { name, profile, spec, at }])
            }
            (None, _, C::Update { .. } | C::Expire { .. } | C::Delete | C::End | C::Restore) => {
                Err(RoleBindingRefusal::NotFound)
            }
            (Some(_), _, C::Create { .. }) => Err(RoleBindingRefusal::AlreadyExists),
            (Some(((name, spec), _)), true, C::Restore) => {
                Ok(vec![RoleBindingEvent::Restored { name: name.clone(), spec: Box::new(spec.clone()) }])
            }
            (Some(_), true, C::Update { .. }) => Err(RoleBindingRefusal::Deleted),
            (Some(_), true, C::Delete | C::End | C::Expire { .. }) | (Some(_), false, C::Restore) => {
                Ok(vec![])
            }
            (Some(((_, is), begun_at)), false, C::Update { profile, spec, at }) => {
                let begins = if spec.subject.is(&is.subject) { begun_at } else { at };
                spec.check(begins)?;
                if spec.expires_at != is.expires_at {
                    in_the_future(spec.expires_at, at)?;
                }
                let update = RoleBindingUpdate::between(self, is, profile, *spec, begins);
                Ok(update.map(|update| RoleBindingEvent::Updated(Box::new(update))).into_iter().collect())
            }
            (Some(((_, spec), _)), false, C::Expire { at }) => {
                let is_over = spec.expires_at.is_some_and(|end| end <= at) && self.expired_at.is_none();
                let expired = || RoleBindingEvent::Expired { at, spec: Box::new(spec.clone()) };
                Ok(is_over.then(expired).into_iter().collect())
            }
            (Some(_), false, C::Delete) if self.profile.deletion_protection => {
                Err(RoleBindingRefusal::DeletionProtected)
            }
            (Some(((name, spec), _)), false, C::Delete | C::End) => {
                Ok(vec![RoleBindingEvent::Deleted { name: name.clone(), spec: Box::new(spec.clone()) }])
            }
        }
    }
}

fn in_the_future(end: Option<Timestamp>, at: Timestamp) -> Result<(), RoleBindingRefusal> {
    if end.is_some_and(|end| end <= at) { Err(RoleBindingRefusal::EndsInThePast) } else { Ok(()) }
}
