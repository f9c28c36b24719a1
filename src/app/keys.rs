//! Access keys: issued, rotated, ended, and when they were last used.

use super::issuing::Issuing;
use super::plan::{Plan, UseCase};
use super::users::MemberScope;
use super::{App, Refused};
use crate::crypto::issue_key;
use aggregates::api_key::{self, ApiKey, ApiKeyCommand, KeyScope};
use api::ApiKeyInput;
use projections::api_keys::{self, KeyUse};
use projections::documents::{self, Found};
use serde_json::json;
use uuid::Uuid;
use values::{Reason, Timestamp};

/// The longest that a key works beside the one that takes its place, in hours.
const MOST_OVERLAP_HOURS: u32 = 168;

/// Issues a key to a member.
#[derive(Debug)]
pub struct Issue {
    /// Where.
    pub of: MemberScope,
    /// To whom.
    pub user: Uuid,
    /// What it shall be.
    pub input: ApiKeyInput,
}

impl UseCase for Issue {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let (metadata, spec) = (&self.input.metadata, &self.input.spec);
        let scope = KeyScope {
            read_only: spec.scope.read_only,
            role_cap: spec.scope.role_cap,
            projects: spec.scope.projects.clone(),
            cidrs: spec.scope.cidrs.clone(),
        };
        let issuing = Issuing::by_caller(plan, self.of, self.user, &scope).await?;
        let expires_at = issuing.limits.expiry(plan.now, spec.validity_hours, spec.never_expires)?;
        let (access_key_id, secret) = issue_key(&plan.app.random);
        let issue = api_key::Issue {
            membership: issuing.membership,
            user: self.user,
            name: metadata.name.clone(),
            display_name: metadata.display_name.clone(),
            description: metadata.description.clone(),
            access_key_id,
            scope,
            expires_at,
            by_partner: issuing.by_partner,
        };
        let id = plan.new_id();
        let made = plan.create::<ApiKey>(self.of.id, id, ApiKeyCommand::Issue(Box::new(issue))).await?;
        plan.show_once(self.of.id, id, secret);
        plan.answer(id, made.version, 201);
        Ok(())
    }
}

/// Lets a new key take the place of another: the same name, scope and length of life, as far as is allowed today.
#[derive(Debug)]
pub struct Rotate {
    /// Where.
    pub of: MemberScope,
    /// Which.
    pub key: Uuid,
    /// How long the old one still works, in hours.
    pub overlap_hours: u32,
}

impl UseCase for Rotate {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        if self.overlap_hours > MOST_OVERLAP_HOURS {
            return Err(Refused::Invalid {
                pointer: "/overlapHours",
                code: "out_of_range",
                detail: format!("must be from 0 to {MOST_OVERLAP_HOURS} hours"),
            });
        }
        let old = plan.load_answer::<ApiKey>(self.key).await?;
        let user = old.state.user.ok_or(Refused::NotFound)?;
        let stored = documents::stored(&plan.app.pool, self.key, old.version).await?;
        let issued_at = Timestamp::from_micros(stored.ok_or(Refused::NotFound)?.created_at);
        let lived_for = old.state.expires_at.zip(issued_at.ok()).map(|(end, start)| end.since(start));
        let scope = old.state.scope.clone();
        let issuing = Issuing::by_caller(plan, self.of, user, &scope).await?;
        let (access_key_id, secret) = issue_key(&plan.app.random);
        let id = plan.new_id();
        let issue = api_key::Issue {
            membership: issuing.membership,
            user,
            name: old.state.name.clone().ok_or(Refused::NotFound)?,
            display_name: old.state.display_name.clone(),
            description: old.state.description.clone(),
            access_key_id,
            scope,
            expires_at: issuing.limits.same_again(plan.now, lived_for),
            by_partner: issuing.by_partner,
        };
        let works_until = plan.now.plus_hours(self.overlap_hours);
        let rotate = ApiKeyCommand::Rotate { at: plan.now, successor: id, works_until };
        plan.decide(self.of.id, self.key, old, rotate).await?;
        let made = plan.create::<ApiKey>(self.of.id, id, ApiKeyCommand::Issue(Box::new(issue))).await?;
        plan.show_once(self.of.id, id, secret);
        plan.answer(id, made.version, 201);
        Ok(())
    }
}

/// How a key ends.
#[derive(Debug)]
pub enum End {
    /// It stays in sight.
    Revoke(Option<Reason>),
    /// It is put out of sight.
    Delete,
}

/// Ends a key. One that has ended already stays as it is.
#[derive(Debug)]
pub struct EndKey {
    /// Where.
    pub of: MemberScope,
    /// Which.
    pub key: Uuid,
    /// How.
    pub end: End,
}

impl UseCase for EndKey {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let command = match &self.end {
            End::Revoke(reason) => ApiKeyCommand::Revoke { reason: plan.reason(reason.as_ref()).await? },
            End::Delete => ApiKeyCommand::Delete,
        };
        plan.change::<ApiKey>(self.of.id, self.key, command).await?;
        Ok(())
    }
}

impl App {
    /// Says in documents of keys when the keys were last used. That beats too often for events, so it is in no
    /// document as stored, not under its version, and not in what was.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn add_last_uses<'a>(
        &self,
        documents: impl IntoIterator<Item = &'a mut Found>,
    ) -> Result<(), Refused> {
        let mut documents: Vec<&mut Found> = documents.into_iter().collect();
        let Some(scope) = documents.first().map(|found| found.scope) else { return Ok(()) };
        let keys: Vec<Uuid> = documents.iter().map(|found| found.id).collect();
        let uses = api_keys::last_uses(&self.pool, scope, &keys).await?;
        for found in &mut documents {
            if let Some(last) = uses.get(&found.id) {
                with_last_use(&mut found.json, last);
            }
        }
        Ok(())
    }
}

/// Every stored document of a key ends like this: the member is its status's last.
const NEVER_USED: &str = "\"lastUsedAt\":null}}";

fn with_last_use(document: &mut String, last: &KeyUse) {
    let Some(stem) = document.strip_suffix(NEVER_USED) else { return };
    let address = match last.address.as_str() {
        "" => String::new(),
        address => format!("\"lastUsed\":{},", json!({ "address": address, "client": last.client })),
    };
    *document = format!("{stem}{address}\"lastUsedAt\":{}}}}}", json!(last.at));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_use_takes_the_place_of_never() {
        let mut document = r#"{"kind":"ApiKey","status":{"phase":"active","lastUsedAt":null}}"#.to_owned();
        let at = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let address = "192.0.2.7".to_owned();
        with_last_use(&mut document, &KeyUse { at, address, client: "api".to_owned() });
        let expected = json!({
            "kind": "ApiKey",
            "status": {
                "phase": "active",
                "lastUsed": { "address": "192.0.2.7", "client": "api" },
                "lastUsedAt": "2026-01-01T00:00:00.000000Z"
            }
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&document).unwrap(), expected);
    }
}
