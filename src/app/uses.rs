//! What uses a thing, and what a command touches beside: somebody is shown of it what they may read. Of what uses a thing,
//! they are told how much more there is.

use super::streams::may_read;
use super::{App, Call, Refused};
use crate::authz::Target;
use crate::ledger::unit::{RecordedEvent, Refusal};
use projections::events::{self, ThingFacts};
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;
use values::{ScopeId, ScopeKind};

/// What partners run themselves in an org.
const RUN_BY_PARTNERS: [&str; 5] = ["partner", "org", "user", "membership", "apiKey"];

impl App {
    /// Appends to a version's document, as it is now, what uses it.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn add_users(
        &self,
        call: &Call,
        org: ScopeId,
        version: Uuid,
        document: &mut String,
    ) -> Result<(), Refused> {
        let users = projections::addons::users(&self.pool, org, version).await?;
        let (shown, others) = self.readable(call, users, |user| (&user.kind, user.id)).await?;
        append(document, &shown, others);
        Ok(())
    }

    /// Appends to the document of a version of a blueprint, as it is now, what uses it.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn add_uses(
        &self,
        call: &Call,
        org: ScopeId,
        version: Uuid,
        document: &mut String,
    ) -> Result<(), Refused> {
        let users = projections::blueprint_versions::users_of(&self.pool, org, version).await?;
        let (shown, others) = self.readable(call, users, |user| (&user.kind, user.id)).await?;
        append(document, &shown, others);
        Ok(())
    }

    /// A refusal as it is told: of what uses a thing, what the caller may read.
    pub(super) async fn told(&self, call: Option<&Call>, refusal: Refusal) -> Refused {
        match (call, refusal) {
            (Some(call), Refusal::InUse { by, others }) => {
                match self.readable(call, by, |user| (&user.kind, user.id)).await {
                    Ok((by, more)) => Refused::Admission(Refusal::InUse { by, others: others + more }),
                    Err(refused) => refused,
                }
            }
            (_, refusal) => Refused::Admission(refusal),
        }
    }

    /// Those of these things that the caller may read, and how many others there are. What is not inside of an org is shown
    /// to whoever may do something there.
    async fn readable<T>(
        &self,
        call: &Call,
        things: Vec<T>,
        named: impl Fn(&T) -> (&String, Uuid),
    ) -> Result<(Vec<T>, usize), Refused> {
        let place = match call.target {
            Target::Org { org, partner }
            | Target::Project { org, partner, .. }
            | Target::Namespace { org, partner, .. } => (org, partner),
            Target::Platform | Target::Partner { .. } => return Ok((things, 0)),
        };
        let ids: Vec<(ScopeId, Uuid)> = things.iter().map(|thing| (place.0, named(thing).1)).collect();
        let facts: HashMap<_, _> = events::things(&self.pool, &ids).await?.into_iter().collect();
        let all = things.len();
        let is_shown = |thing: &T| {
            let (kind, id) = named(thing);
            let facts = facts.get(&id).copied().unwrap_or_default();
            may_read(&call.caller, place, aggregate_type(kind).as_str(), id, facts)
        };
        let shown: Vec<T> = things.into_iter().filter(is_shown).collect();
        let others = all - shown.len();
        Ok((shown, others))
    }
}

/// What a command would record, as it is shown: a partner's power ends at the org's door, so of what goes along inside, such
/// as the bindings of a member that is removed, its staff is shown only what it may read.
pub(super) fn shown(call: Option<&Call>, mut events: Vec<RecordedEvent>) -> Vec<RecordedEvent> {
    if let Some(call) = call.filter(|call| call.caller.kind != ScopeKind::Org)
        && let Target::Org { org, partner } = call.target
    {
        events.retain(|event| {
            let (kind, id) = (event.aggregate_type, event.aggregate_id);
            RUN_BY_PARTNERS.contains(&kind)
                || may_read(&call.caller, (org, partner), kind, id, ThingFacts::default())
        });
    }
    events
}

/// The type of aggregate that a kind is on the wire.
fn aggregate_type(kind: &str) -> String {
    if kind == "User" {
        return "membership".to_owned();
    }
    let (first, rest) = kind.split_at(kind.len().min(1));
    first.to_lowercase() + rest
}

/// The status is the last member of a document, and an object.
fn append(document: &mut String, shown: &impl Serialize, others: usize) {
    if let Some(stem) = document.strip_suffix("}}") {
        let (shown, others) = (json!(shown), json!(others));
        *document = format!("{stem},\"usedBy\":{shown},\"usedByOthers\":{others}}}}}");
    }
}
