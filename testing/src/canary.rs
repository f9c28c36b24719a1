//! Somebody whose data can be told from everything else, and everything that a person can leave behind.

use crate::client::Client;
use crate::service::Service;
use serde_json::json;

/// The address.
pub const EMAIL: &str = "canaryperson@mine.test";
/// The first name.
pub const FIRST_NAME: &str = "Canaryfirst";
/// The last name.
pub const LAST_NAME: &str = "Canarylast";
/// The reason that it gives for everything.
pub const REASON: &str = "canary reason in words";
/// What it asks with.
pub const USER_AGENT: &str = "canaryagent";

/// All of it.
const PERSONAL: [&str; 5] = [EMAIL, FIRST_NAME, LAST_NAME, REASON, USER_AGENT];

/// A user with a key: its id, and itself.
///
/// # Panics
/// When it cannot be added.
pub async fn person(service: &Service, org: &str, email: &str, role: &str) -> (String, Client) {
    let operator = service.operator();
    let spec = json!({ "email": email, "firstName": FIRST_NAME, "lastName": LAST_NAME, "roles": [role] });
    let user = operator.post(&format!("{org}/users"), json!({ "spec": spec })).await.is(201).id();
    let key = json!({ "metadata": { "name": "key" } });
    let key = operator.post(&format!("{org}/users/{user}/api-keys"), key).await.is(201);
    let secret = key.json["status"]["secret"].as_str().unwrap_or_default();
    let client = service.nobody().with_header("authorization", &format!("Bearer {secret}"));
    (user, client.with_header("user-agent", USER_AGENT).with_header("x-change-reason", REASON))
}

/// Does everything by which an admin with the address [`EMAIL`] can leave something behind in an org. Returns the id of a role
/// binding that is its own.
///
/// # Panics
/// When it cannot be done.
pub async fn act(service: &Service, org: &str, user: &str, person: &Client) -> String {
    let project = json!({ "metadata": { "name": "hers" }, "spec": {} });
    let _ = person.post(&format!("{org}/projects"), project.clone()).await.is(201);
    let _ = person.post(&format!("{org}/projects"), project).await.is_problem(409, "name_taken");
    let _ = person.post(&format!("{org}/approve"), json!({ "reason": REASON })).await.is(403);
    let group = json!({ "metadata": { "name": "friends" }, "spec": { "members": [EMAIL] } });
    let _ = person.post(&format!("{org}/groups"), group).await.is(201);
    let spec = json!({ "role": "PROJECT_ADMIN", "subject": { "kind": "User", "name": EMAIL },
        "scope": { "project": "hers" }, "reason": REASON });
    let binding = json!({ "metadata": { "name": "hers" }, "spec": spec });
    let binding = person.post(&format!("{org}/role-bindings"), binding).await.is(201).id();
    let _ = person.patch(&format!("{org}/users/{user}"), &json!({ "spec": { "lastName": "Canary" } })).await;
    if let Err(error) = service.app.flush_last_uses().await {
        panic!("cannot record what was used: {error}");
    }
    service.app.fold_attempts(true).await;
    binding
}

/// Asserts that nothing of the person is in a text.
///
/// # Panics
/// Something is.
pub fn must_not_name(place: &str, text: &str) {
    let lower = text.to_lowercase();
    for personal in PERSONAL {
        if let Some(at) = lower.find(&personal.to_lowercase()) {
            let from = at.saturating_sub(200);
            let around = String::from_utf8_lossy(&lower.as_bytes()[from..at + personal.len()]);
            panic!("{personal} is in {place}: {around}");
        }
    }
}
