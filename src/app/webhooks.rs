//! Webhooks: where the events of an org are sent.

use super::declared::Declared;
use super::home::InOrg;
use super::plan::{Plan, UseCase};
use super::secrets::{ShownOnce, SigningSecret};
use super::streams::Filter;
use super::{App, Fault, Refused};
use crate::authz::Permission;
use crate::clock::at_micros;
use crate::webhooks::signature::SECRET_PREFIX;
use aggregates::webhook::{Webhook, WebhookCommand, WebhookSpec};
use api::{WebhookInput, WebhookProgress};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use projections::documents::Found;
use projections::webhooks::{self, Cursor};
use serde_json::json;
use std::collections::BTreeSet;
use std::net::IpAddr;
use uuid::Uuid;
use values::{HttpUrl, Name, ScopeId, Timestamp, TypePattern};
use zeroize::Zeroizing;

/// The most types that a webhook names.
const MOST_TYPES: usize = 64;
/// One hour, in microseconds.
const HOUR_MICROS: i64 = 3_600_000_000;
/// How many random bytes a signing secret has; Standard Webhooks asks for 24 to 64.
const SECRET_BYTES: usize = 32;

impl Declared for Webhook {
    type Home = InOrg;
    type Input = WebhookInput;

    const DELETE: Permission = Permission::WebhookWrite;
    const RENAMES: bool = true;

    fn name_in(input: &WebhookInput) -> &str {
        input.metadata.name.as_str()
    }

    fn protection_in(input: &WebhookInput) -> bool {
        input.metadata.deletion_protection
    }

    fn name(&self) -> &str {
        self.name.as_ref().map_or("", Name::as_str)
    }

    fn is_protected(&self) -> bool {
        self.profile.deletion_protection
    }

    fn made(plan: &mut Plan<'_>, home: &InOrg, id: Uuid) -> Result<(), Refused> {
        keep_new_secret(plan, home.org, id, 1);
        Ok(())
    }

    async fn declare(
        plan: &mut Plan<'_>,
        home: &InOrg,
        before: Option<&Self>,
        input: &WebhookInput,
    ) -> Result<WebhookCommand, Refused> {
        let allows_private = plan.app.settings.allow_private_webhooks;
        may_be_sent_to(&input.spec.url, allows_private)?;
        if input.spec.types.len() > MOST_TYPES {
            return Err(fault("/spec/types", "too_many", format!("name at most {MOST_TYPES} types")));
        }
        Filter::default()
            .of_types(input.spec.types.iter().map(TypePattern::as_str))
            .map_err(|unknown| fault("/spec/types", "unknown_type", unknown.to_string()))?;
        if let Some(after) = input.spec.after.filter(|_| before.is_none()) {
            is_in_the_past(plan, home.org, after, "/spec/after").await?;
        }
        let name = input.metadata.name.clone();
        let profile = super::orgs::profile(&input.metadata);
        let spec = Box::new(WebhookSpec {
            url: input.spec.url.clone(),
            types: input.spec.types.iter().cloned().collect::<BTreeSet<_>>(),
            after: input.spec.after,
            enabled: input.spec.enabled,
        });
        Ok(match before {
            None => WebhookCommand::Create { name, profile, spec },
            Some(_) => WebhookCommand::Update { name, profile, spec },
        })
    }
}

/// Signs what is sent from now on with a new secret, which the answer shows.
pub struct RotateSecret {
    /// The org.
    pub home: InOrg,
    /// The webhook.
    pub id: Uuid,
    /// How long the secret before signs, too, in hours.
    pub overlap_hours: u32,
}

impl UseCase for RotateSecret {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let overlap = i64::from(self.overlap_hours) * HOUR_MICROS;
        let previous_until = Timestamp::from_micros(plan.now.as_micros().saturating_add(overlap))
            .map_err(|error| Refused::Broken(std::sync::Arc::new(error)))?;
        let command = WebhookCommand::RotateSecret { previous_until };
        let after = plan.change::<Webhook>(self.home.org, self.id, command).await?;
        keep_new_secret(plan, self.home.org, self.id, after.state.secrets.version);
        Ok(())
    }
}

/// Sends everything after a position again.
pub struct Replay {
    /// The org.
    pub home: InOrg,
    /// The webhook.
    pub id: Uuid,
    /// The position of the org.
    pub after: i64,
}

impl UseCase for Replay {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        is_in_the_past(plan, self.home.org, self.after, "/after").await?;
        let command = WebhookCommand::Replay { after: self.after };
        plan.change::<Webhook>(self.home.org, self.id, command).await?;
        Ok(())
    }
}

impl App {
    /// Appends to webhooks' documents, as they are now, how far each has got.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn add_progress<'a>(
        &self,
        org: ScopeId,
        found: impl IntoIterator<Item = &'a mut Found>,
    ) -> Result<(), Refused> {
        let found: Vec<&mut Found> = found.into_iter().collect();
        let ids: Vec<Uuid> = found.iter().map(|found| found.id).collect();
        let mut cursors = webhooks::cursors(&self.pool, org, &ids).await?;
        for found in found {
            if let Some(cursor) = cursors.remove(&found.id) {
                self.append(cursor, &mut found.json);
            }
        }
        Ok(())
    }

    fn append(&self, cursor: Cursor, document: &mut String) {
        let now = self.clock.now().as_micros();
        let progress = WebhookProgress {
            position: cursor.position,
            behind: cursor.head - cursor.position,
            behind_seconds: cursor.behind_since.map_or(0, |since| (now - since).max(0) / 1_000_000),
            attempts: cursor.attempts,
            next_attempt_at: cursor.next_attempt_at.map(at_micros),
            last_delivered_at: cursor.last_delivered_at.map(at_micros),
            last_error: cursor.last_error,
        };
        // The status is the last member of a document, and an object.
        if let Some(stem) = document.strip_suffix("}}") {
            *document = format!("{stem},\"progress\":{}}}}}", json!(progress));
        }
    }
}

/// A new signing secret for a webhook, kept sealed with the unit and shown in the answer.
fn keep_new_secret(plan: &mut Plan<'_>, org: ScopeId, id: Uuid, version: i64) {
    let random: Zeroizing<[u8; SECRET_BYTES]> = Zeroizing::new(plan.app.random.bytes());
    let text = Zeroizing::new(format!("{SECRET_PREFIX}{}", STANDARD.encode(*random)));
    plan.keep_secret(org, id, version, text.as_bytes());
    plan.show(ShownOnce::Signing(SigningSecret::new(text)));
}

/// Whether an address can be one to send to, as far as it says so itself; names are judged when they are resolved.
fn may_be_sent_to(url: &HttpUrl, allows_private: bool) -> Result<(), Refused> {
    if allows_private {
        return Ok(());
    }
    if !url.is_https() {
        return Err(fault("/spec/url", "https_required", "events are sent over https only".to_owned()));
    }
    match url.host().parse::<IpAddr>() {
        Ok(address) if !crate::webhooks::egress::is_public(address) => {
            let detail =
                format!("{address} is not a public address: events are sent to public addresses only");
            Err(fault("/spec/url", "address_not_public", detail))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Positions that have not come cannot be gone on from.
async fn is_in_the_past(
    plan: &Plan<'_>,
    org: ScopeId,
    position: i64,
    pointer: &'static str,
) -> Result<(), Refused> {
    let last: Option<i64> = sqlx::query_scalar("SELECT position FROM scopes WHERE org_id = $1")
        .bind(org.as_uuid())
        .fetch_optional(&plan.app.pool)
        .await?;
    let last = last.unwrap_or(0);
    if (0..=last).contains(&position) {
        return Ok(());
    }
    Err(fault(pointer, "out_of_range", format!("a position of the org, from 0 to {last}, which is its last")))
}

fn fault(pointer: &str, code: &str, detail: String) -> Refused {
    Refused::Faults(vec![Fault { pointer: pointer.to_owned(), code: code.to_owned(), detail }])
}
