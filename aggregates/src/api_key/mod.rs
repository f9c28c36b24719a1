//! An access key: what a membership shows to be let in. The secret is never here, nor anything made from it.
//!
//! ```text
//! (none) ── Issue ──► active ── Rotate ──► superseded (works until its overlap ends)
//!                       │                      │
//!                       ├── Expire ──► expired │   (by the clock; refused by the clock before)
//!                       └── Revoke ──► revoked ◄── Revoke, or the end of the overlap
//! any of these ── Delete ──► deleted, and revoked if it still worked
//! ```

mod command;
mod error;
mod event;

pub use command::{ApiKeyCommand, Issue};
pub use error::ApiKeyRefusal;
pub use event::ApiKeyEvent;

use crate::emit;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{AccessKeyId, Cidr, Description, DisplayName, Name, Role, Sealed, Timestamp};

/// Where a key stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ApiKeyPhase {
    /// Never issued.
    #[default]
    None,
    /// Works until it expires.
    Active,
    /// Rotated: works until its overlap ends.
    Superseded,
    /// Its time is over.
    Expired,
    /// Ended by somebody.
    Revoked,
}

impl ApiKeyPhase {
    /// The form on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Active => "active",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// How a key is cut down below what its member may do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyScope {
    /// Whether it only reads.
    pub read_only: bool,
    /// The role whose rights it never exceeds.
    pub role_cap: Option<Role>,
    /// The projects it is good for; empty for all.
    pub projects: BTreeSet<Uuid>,
    /// The networks it may come from; empty for all.
    pub cidrs: BTreeSet<Cidr>,
}

/// A key's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Where it stands.
    pub phase: ApiKeyPhase,
    /// Whether it is deleted.
    pub deleted: bool,
    /// The membership it opens.
    pub membership: Option<Uuid>,
    /// Whose it is.
    pub user: Option<Uuid>,
    /// What its owner calls it.
    pub name: Option<Name>,
    /// A name for people.
    pub display_name: DisplayName,
    /// Free text.
    pub description: Description,
    /// The half of the credential that is not secret.
    pub access_key_id: Option<AccessKeyId>,
    /// How it is cut down.
    pub scope: KeyScope,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// Whether partner staff issued it.
    pub by_partner: bool,
    /// Why it was revoked.
    pub reason: Option<Sealed>,
    /// The key that took its place.
    pub superseded_by: Option<Uuid>,
}

impl Aggregate for ApiKey {
    type Command = ApiKeyCommand;
    type Error = ApiKeyRefusal;
    type Event = ApiKeyEvent;
    type Services = ();

    const TYPE: &'static str = "apiKey";

    async fn handle(
        &mut self,
        command: ApiKeyCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), ApiKeyRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: ApiKeyEvent) {
        match event {
            ApiKeyEvent::Issued(issued) => {
                self.phase = ApiKeyPhase::Active;
                self.membership = Some(issued.membership);
                self.user = Some(issued.user);
                self.name = Some(issued.name);
                self.display_name = issued.display_name;
                self.description = issued.description;
                self.access_key_id = Some(issued.access_key_id);
                self.scope = issued.scope;
                self.expires_at = issued.expires_at;
                self.by_partner = issued.by_partner;
            }
            ApiKeyEvent::Rotated { successor, works_until, .. } => {
                self.phase = ApiKeyPhase::Superseded;
                self.superseded_by = Some(successor);
                self.expires_at = Some(works_until);
            }
            ApiKeyEvent::Revoked { reason, .. } => {
                self.phase = ApiKeyPhase::Revoked;
                self.reason = reason;
            }
            ApiKeyEvent::Expired { .. } => self.phase = ApiKeyPhase::Expired,
            ApiKeyEvent::Deleted { .. } => {
                if self.works() {
                    self.phase = ApiKeyPhase::Revoked;
                }
                self.deleted = true;
            }
        }
    }
}

impl ApiKey {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(&self, command: ApiKeyCommand) -> Result<Vec<ApiKeyEvent>, ApiKeyRefusal> {
        use ApiKeyCommand as C;
        use ApiKeyPhase as P;
        match (self.phase, command) {
            (P::None, C::Issue(issue)) => Ok(vec![ApiKeyEvent::Issued(issue)]),
            (P::None, C::Rotate { .. } | C::Revoke { .. } | C::Expire { .. } | C::Delete) => {
                Err(ApiKeyRefusal::NotFound)
            }
            (P::Active | P::Superseded | P::Expired | P::Revoked, C::Issue(_)) => {
                Err(ApiKeyRefusal::AlreadyExists)
            }

            (P::Active, C::Rotate { at, .. }) if self.has_expired_by(at) => {
                Err(ApiKeyRefusal::Ended("expired"))
            }
            (P::Active, C::Rotate { at, successor, works_until }) => {
                let works_until = self.expires_at.map_or(works_until, |end| end.min(works_until)).max(at);
                Ok(vec![ApiKeyEvent::Rotated { membership: self.membership()?, successor, works_until }])
            }
            (P::Superseded | P::Expired | P::Revoked, C::Rotate { .. }) => {
                Err(ApiKeyRefusal::Ended(self.phase.as_str()))
            }

            (P::Active | P::Superseded | P::Expired, C::Revoke { reason }) => {
                Ok(vec![ApiKeyEvent::Revoked { membership: self.membership()?, reason }])
            }
            (P::Active, C::Expire { at }) if self.has_expired_by(at) => {
                Ok(vec![ApiKeyEvent::Expired { membership: self.membership()? }])
            }
            (P::Superseded, C::Expire { at }) if self.has_expired_by(at) => {
                Ok(vec![ApiKeyEvent::Revoked { membership: self.membership()?, reason: None }])
            }
            (P::Active | P::Superseded | P::Expired | P::Revoked, C::Expire { .. })
            | (P::Revoked, C::Revoke { .. }) => Ok(vec![]),

            (P::Active | P::Superseded | P::Expired | P::Revoked, C::Delete) if self.deleted => Ok(vec![]),
            (P::Active | P::Superseded | P::Expired | P::Revoked, C::Delete) => {
                Ok(vec![ApiKeyEvent::Deleted { membership: self.membership()? }])
            }
        }
    }

    /// Whether the key lets its member in, the clock aside.
    #[must_use]
    pub const fn works(&self) -> bool {
        matches!(self.phase, ApiKeyPhase::Active | ApiKeyPhase::Superseded)
    }

    fn has_expired_by(&self, at: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= at)
    }

    fn membership(&self) -> Result<Uuid, ApiKeyRefusal> {
        self.membership.ok_or(ApiKeyRefusal::NotFound)
    }
}
