//! Who did what, from where and why: the metadata of every event of a unit, what is personal in it sealed.

use super::call::Origin;
use super::people::Person;
use super::{App, Call};
use crate::authn::Caller;
use api::Actor;
use std::collections::BTreeMap;
use values::Timestamp;

/// The metadata of what a caller asked for; what is personal in it sealed under the caller's key.
pub(super) async fn call_metadata(
    app: &App,
    call: &Call,
) -> Result<BTreeMap<&'static str, String>, sqlx::Error> {
    let mut metadata = metadata_of(app, &call.caller, &call.origin, call.action).await?;
    if let Some((key, _)) = &call.conditions.idempotency {
        metadata.insert("idempotencyKey", key.clone());
    }
    if let Some(binding) = call.break_glass() {
        metadata.insert("breakGlass", binding.to_string());
    }
    Ok(metadata)
}

/// The metadata of what a caller asked for or tried, what is personal in it sealed under the caller's key.
pub(super) async fn metadata_of(
    app: &App,
    caller: &Caller,
    origin: &Origin,
    action: &str,
) -> Result<BTreeMap<&'static str, String>, sqlx::Error> {
    let mut metadata = BTreeMap::from([
        ("actor", actor_json(&caller.actor())),
        ("userId", caller.user.to_string()),
        ("credentialId", caller.key.access_key_id.as_str().to_owned()),
        ("authMethod", caller.method.as_str().to_owned()),
        ("callerScope", caller.scope.to_string()),
        ("requestId", origin.request_id.clone()),
        ("correlationId", origin.correlation_id.clone()),
        ("causationId", origin.request_id.clone()),
        ("client", origin.client.to_owned()),
        ("action", action.to_owned()),
    ]);
    if let Some(person) = app.people.find(caller.person).await? {
        add_personal(&mut metadata, &person, origin);
    }
    Ok(metadata)
}

/// Where a request came from and why, sealed under a person's key.
pub(super) fn add_personal(metadata: &mut BTreeMap<&'static str, String>, person: &Person, origin: &Origin) {
    metadata.insert("sourceIp", person.seal(&origin.address.to_string()).to_string());
    if let Some(agent) = &origin.user_agent {
        metadata.insert("userAgent", person.seal(agent).to_string());
    }
    if let Some(reason) = &origin.reason {
        metadata.insert("reason", person.seal(reason.as_str()).to_string());
    }
}

/// The metadata of what the system does by itself.
pub(super) fn system_metadata(app: &App, now: Timestamp) -> BTreeMap<&'static str, String> {
    let id = app.ids.mint(now).to_string();
    BTreeMap::from([
        ("actor", actor_json(&crate::ledger::stamp::the_system())),
        ("requestId", id.clone()),
        ("correlationId", id.clone()),
        ("causationId", id),
        ("client", "system".to_owned()),
    ])
}

pub(super) fn actor_json(actor: &Actor) -> String {
    // Three plain members always serialize.
    serde_json::to_string(actor).unwrap_or_default()
}
