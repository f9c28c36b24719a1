//! Who sells clusters under a brand of their own.
//!
//! ```text
//! (none) ── Create ──► active ── Delete ──► deleted ── Restore ──► active
//! ```
//!
//! A partner with live orgs cannot be deleted. Deleting releases the name and the host.

mod command;
mod error;
mod event;

pub use command::PartnerCommand;
pub use error::PartnerRefusal;
pub use event::{Claimed, PartnerEvent, PartnerUpdate};

use crate::{emit, profile::Profile};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use values::{Color, DisplayName, HostName, HttpUrl, Name};

/// How a partner's console presents itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Brand {
    /// The host its console is served under; also finds the partner of a sign-up.
    pub host: Option<HostName>,
    /// What the product is called.
    pub product_name: DisplayName,
    /// Where its logo is.
    pub logo_url: Option<HttpUrl>,
    /// Where its logo for small places is.
    pub icon_url: Option<HttpUrl>,
    /// The main colour.
    pub primary_color: Option<Color>,
    /// The second colour.
    pub accent_color: Option<Color>,
    /// Where its links lead: `support`, `docs`, `terms`, `privacy`, …
    pub links: BTreeMap<Name, HttpUrl>,
}

/// Whether orgs may sign up by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignupPolicy {
    /// They may not.
    #[default]
    Closed,
    /// They may.
    Open,
}

/// Whether orgs that the partner makes wait for approval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ApprovalPolicy {
    /// They are active at once.
    #[default]
    Automatic,
    /// They wait.
    Required,
}

/// What a partner decides for its orgs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartnerPolicy {
    /// Whether orgs may sign up.
    pub signup: SignupPolicy,
    /// Whether orgs wait for approval.
    pub org_approval: ApprovalPolicy,
}

/// What people set on a partner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartnerSpec {
    /// Its brand.
    pub brand: Brand,
    /// Its policy.
    pub policy: PartnerPolicy,
}

/// A partner's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Partner {
    /// Its name, once it has one.
    pub name: Option<Name>,
    /// Whether it is deleted.
    pub deleted: bool,
    /// What people wrote on it.
    pub profile: Profile,
    /// What people set.
    pub spec: PartnerSpec,
}

impl Aggregate for Partner {
    type Command = PartnerCommand;
    type Error = PartnerRefusal;
    type Event = PartnerEvent;
    type Services = ();

    const TYPE: &'static str = "partner";

    async fn handle(
        &mut self,
        command: PartnerCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), PartnerRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: PartnerEvent) {
        match event {
            PartnerEvent::Created { name, profile, spec } => {
                self.name = Some(name);
                self.profile = profile;
                self.spec = *spec;
            }
            PartnerEvent::Updated(update) => update.apply_to(self),
            PartnerEvent::Deleted { .. } => self.deleted = true,
            PartnerEvent::Restored { .. } => self.deleted = false,
        }
    }
}

impl Partner {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(&self, command: PartnerCommand) -> Result<Vec<PartnerEvent>, PartnerRefusal> {
        use PartnerCommand as C;
        match (&self.name, self.deleted, command) {
            (None, _, C::Create { name, profile, spec }) => {
                Ok(vec![PartnerEvent::Created { name, profile, spec }])
            }
            (None, _, C::Update { .. } | C::Delete | C::Restore) => Err(PartnerRefusal::NotFound),
            (Some(_), _, C::Create { .. }) => Err(PartnerRefusal::AlreadyExists),
            (Some(name), true, C::Restore) => {
                Ok(vec![PartnerEvent::Restored { claimed: self.claimed(name) }])
            }
            (Some(_), true, C::Update { .. }) => Err(PartnerRefusal::Deleted),
            (Some(_), true, C::Delete) | (Some(_), false, C::Restore) => Ok(vec![]),
            (Some(is), false, C::Update { name, profile, spec }) => {
                let update = PartnerUpdate::between(is, self, name, profile, *spec);
                Ok(update.map(|update| PartnerEvent::Updated(Box::new(update))).into_iter().collect())
            }
            (Some(_), false, C::Delete) if self.profile.deletion_protection => {
                Err(PartnerRefusal::DeletionProtected)
            }
            (Some(name), false, C::Delete) => Ok(vec![PartnerEvent::Deleted { claimed: self.claimed(name) }]),
        }
    }

    fn claimed(&self, name: &Name) -> Claimed {
        Claimed { name: name.clone(), host: self.spec.brand.host.clone() }
    }
}
