//! A person or machine in a partner: one identity, however many orgs it is a member of.
//!
//! ```text
//! (none) ── Register ──► known ── Erase ──► erased        for good
//! ```
//!
//! The identity holds what belongs to the person wherever it goes: the e-mail address, unique in its partner through
//! a keyed hash that is a claim and nothing else. What it may do, and whether it may act, is a matter of its memberships.
//! It is erased with the last membership that still knows who it is.

mod command;
mod error;
mod event;

pub use command::UserCommand;
pub use error::UserRefusal;
pub use event::UserEvent;

use crate::emit;
use crate::facts::{ReferenceKind, Target};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::{ScopeId, Sealed};

/// A user's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Where it is known: a partner, or the platform for operators.
    pub home: Option<ScopeId>,
    /// Its e-mail address.
    pub email: Option<Sealed>,
    /// Whether it was forgotten.
    pub erased: bool,
}

impl Aggregate for User {
    type Command = UserCommand;
    type Error = UserRefusal;
    type Event = UserEvent;
    type Services = ();

    const TYPE: &'static str = "user";

    async fn handle(
        &mut self,
        command: UserCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), UserRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: UserEvent) {
        match event {
            UserEvent::Registered { home, email } => {
                self.home = Some(home);
                self.email = Some(email);
            }
            UserEvent::Erased { .. } => self.erased = true,
        }
    }
}

/// What the memberships of a user refer to. They are in many scopes, so they are counted beneath the user itself.
#[must_use]
pub fn memberships_of(user: Uuid) -> Target {
    Target { scope: ScopeId::from(user), id: user, kind: ReferenceKind::MembershipOf }
}

impl User {
    /// The rulebook: which events a command makes in this state.
    ///
    /// # Errors
    /// A rule broken.
    pub fn decide(&self, command: UserCommand) -> Result<Vec<UserEvent>, UserRefusal> {
        match (self.home.zip(self.email.clone()), command) {
            (None, UserCommand::Register { home, email }) => Ok(vec![UserEvent::Registered { home, email }]),
            (None, UserCommand::Erase) => Err(UserRefusal::NotFound),
            (Some(_), UserCommand::Register { .. }) if self.erased => Err(UserRefusal::Erased),
            (Some(_), UserCommand::Register { .. }) => Err(UserRefusal::AlreadyExists),
            (Some(_), UserCommand::Erase) if self.erased => Ok(vec![]),
            (Some((home, email)), UserCommand::Erase) => Ok(vec![UserEvent::Erased { home, email }]),
        }
    }
}
