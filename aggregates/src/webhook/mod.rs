//! A webhook: an address outside to which the events of an org are sent, in order.
//!
//! ```text
//! (none) ── Create ──► active ⇄ paused (people: Pause, Resume, spec.enabled; the system: GiveUp)
//!                        └─ Gone ──► disabled ── Resume ──► active
//! any ── Delete ──► deleted ── Restore ──► what it was
//! ```
//!
//! The events wait while it is not active, and are sent when it is again. How far it has got is no event: a plain
//! table knows. Where to go on from after a replay is one, so that it is known who asked for it. The signing secret
//! lives sealed in a table of its own; here is only which version of it is in use.

mod command;
mod error;
mod event;

pub use command::WebhookCommand;
pub use error::WebhookRefusal;
pub use event::{WebhookEvent, WebhookUpdate};

use crate::{emit, profile::Profile};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use values::{HttpUrl, Name, Timestamp, TypePattern};

/// What people set on a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookSpec {
    /// Where events are sent.
    pub url: HttpUrl,
    /// Which types are sent; none means all.
    pub types: BTreeSet<TypePattern>,
    /// After which position of the org the first event comes; `None`: after the webhook was made.
    pub after: Option<i64>,
    /// Whether events are sent.
    pub enabled: bool,
}

/// Why the system stopped sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Halt {
    /// Every attempt to send one event failed.
    GaveUp,
    /// The address said that it is gone for good (410).
    Gone,
}

/// Where sending goes on from, instead of where it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Restart {
    /// How many times it was started anew: 0 for never.
    pub count: i64,
    /// After this position of the org.
    pub after: i64,
}

/// The secrets that sign what is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Secrets {
    /// The version in use.
    pub version: i64,
    /// Until when the version before it signs, too.
    pub previous_until: Option<Timestamp>,
}

/// A webhook's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// Whether it is deleted.
    pub deleted: bool,
    /// Its name, once it has one.
    pub name: Option<Name>,
    /// What people wrote on it.
    pub profile: Profile,
    /// What people set.
    pub spec: Option<WebhookSpec>,
    /// Why the system stopped sending, and since when.
    pub halt: Option<(Halt, Timestamp)>,
    /// Where sending goes on from.
    pub restart: Restart,
    /// The secrets that sign.
    pub secrets: Secrets,
}

impl Aggregate for Webhook {
    type Command = WebhookCommand;
    type Error = WebhookRefusal;
    type Event = WebhookEvent;
    type Services = ();

    const TYPE: &'static str = "webhook";

    async fn handle(
        &mut self,
        command: WebhookCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), WebhookRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: WebhookEvent) {
        match event {
            WebhookEvent::Created { name, profile, spec } => {
                self.name = Some(name);
                self.profile = profile;
                self.spec = Some(*spec);
                self.secrets = Secrets { version: 1, previous_until: None };
            }
            WebhookEvent::Updated(update) => update.apply_to(self),
            WebhookEvent::Paused => self.set_enabled(false),
            WebhookEvent::Resumed => {
                self.set_enabled(true);
                self.halt = None;
            }
            WebhookEvent::Halted { why, at, .. } => self.halt = Some((why, at)),
            WebhookEvent::SecretRotated { version, previous_until } => {
                self.secrets = Secrets { version, previous_until: Some(previous_until) };
            }
            WebhookEvent::Replayed { after } => {
                self.restart = Restart { count: self.restart.count + 1, after };
            }
            WebhookEvent::Tested | WebhookEvent::Redelivered { .. } => {}
            WebhookEvent::Deleted { .. } => self.deleted = true,
            WebhookEvent::Restored { .. } => self.deleted = false,
        }
    }
}

impl Webhook {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(&self, command: WebhookCommand) -> Result<Vec<WebhookEvent>, WebhookRefusal> {
        use WebhookCommand as C;
        use WebhookEvent as E;
        match (&self.spec, self.deleted, command) {
            (None, _, C::Create { name, profile, spec }) => Ok(vec![E::Created { name, profile, spec }]),
            (Some(_), _, C::Create { .. }) => Err(WebhookRefusal::AlreadyExists),
            (
                None,
                _,
                C::Update { .. }
                | C::Pause
                | C::Resume
                | C::Halt { .. }
                | C::RotateSecret { .. }
                | C::Replay { .. }
                | C::Test
                | C::Redeliver { .. }
                | C::Delete
                | C::Restore,
            ) => Err(WebhookRefusal::NotFound),

            (Some(current), false, C::Update { name, profile, spec }) => {
                if current.after != spec.after {
                    return Err(WebhookRefusal::BeginsOnce);
                }
                let update = WebhookUpdate::between(self, current, name, profile, *spec);
                Ok(update.map(|update| E::Updated(Box::new(update))).into_iter().collect())
            }
            (Some(spec), false, C::Pause) => Ok(if spec.enabled { vec![E::Paused] } else { vec![] }),
            (Some(spec), false, C::Resume) => {
                let is_sending = spec.enabled && self.halt.is_none();
                Ok(if is_sending { vec![] } else { vec![E::Resumed] })
            }
            (Some(_), false, C::Halt { .. }) if self.halt.is_some() => Ok(vec![]),
            (Some(_), false, C::Halt { why, at, position }) => Ok(vec![E::Halted { why, at, position }]),
            (Some(_), false, C::RotateSecret { previous_until }) => {
                Ok(vec![E::SecretRotated { version: self.secrets.version + 1, previous_until }])
            }
            (Some(_), false, C::Replay { after }) => Ok(vec![E::Replayed { after }]),
            (Some(_), false, C::Test) => Ok(vec![E::Tested]),
            (Some(_), false, C::Redeliver { delivery, position }) => {
                Ok(vec![E::Redelivered { delivery, position }])
            }
            (Some(_), false, C::Delete) if self.profile.deletion_protection => {
                Err(WebhookRefusal::DeletionProtected)
            }
            (Some(_), false, C::Delete) => Ok(vec![E::Deleted { name: self.known_name()? }]),
            (Some(_), true, C::Restore) => Ok(vec![E::Restored { name: self.known_name()? }]),
            (Some(_), false, C::Restore) | (Some(_), true, C::Delete | C::Halt { .. }) => Ok(vec![]),
            (
                Some(_),
                true,
                C::Update { .. }
                | C::Pause
                | C::Resume
                | C::RotateSecret { .. }
                | C::Replay { .. }
                | C::Test
                | C::Redeliver { .. },
            ) => Err(WebhookRefusal::Deleted),
        }
    }

    /// Whether it is sent to.
    #[must_use]
    pub fn is_active(&self) -> bool {
        !self.deleted && self.halt.is_none() && self.spec.as_ref().is_some_and(|spec| spec.enabled)
    }

    fn set_enabled(&mut self, enabled: bool) {
        if let Some(spec) = &mut self.spec {
            spec.enabled = enabled;
        }
    }

    fn known_name(&self) -> Result<Name, WebhookRefusal> {
        self.name.clone().ok_or(WebhookRefusal::NotFound)
    }
}
