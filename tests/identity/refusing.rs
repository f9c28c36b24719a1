//! From the next request on: who has been ended is refused, here and on every other process.

use crate::world::{Client, Reply, World, key};
use serde_json::json;
use std::time::{Duration, Instant};

/// Asks until the caller is refused, at most five seconds.
async fn refused_soon(client: &Client, path: &str) -> Reply {
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        let reply = client.get(path).await;
        if !reply.status.is_success() || Instant::now() > until {
            return reply;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_suspended_or_removed_user_is_refused_from_the_next_request_on() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let elsewhere = world.another_process();
    for verb in ["suspend", "remove"] {
        let path = admin.add(&org, &format!("{verb}@x.test"), "AUDITOR").await;
        let here = admin.key_for(&org, &path).await;
        let there = here.at(&elsewhere);
        here.get("/v1/me").await.ok();
        there.get("/v1/me").await.ok();
        admin.post(&format!("{path}/{verb}"), json!({})).await.ok();
        here.get("/v1/me").await.refused(401, "unauthenticated");
        refused_soon(&there, "/v1/me").await.refused(401, "unauthenticated");
        admin.post(&format!("{path}/api-keys"), key(json!({}))).await.refused(409, "invalid_state");
    }
}

#[tokio::test]
async fn a_revoked_key_is_refused_on_another_process_too() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let issued = admin.own_key(json!({})).await.created();
    let there = admin.with_secret(issued.secret()).at(&world.another_process());
    there.get("/v1/me").await.ok();
    admin.post(&format!("/v1/me/api-keys/{}/revoke", issued.id()), json!({})).await.ok();
    refused_soon(&there, "/v1/me").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn members_of_an_org_that_is_not_active_are_refused_and_its_partner_still_ends_keys() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let staff = world.staff("ada@partner.test", "PARTNER_ADMIN").await;
    let path = staff.add(&org, "ci@x.test", "ORG_ADMIN").await;
    let issued = staff.post(&format!("{path}/api-keys"), key(json!({}))).await.created();
    let member = staff.with_secret(issued.secret());
    let there = member.at(&world.another_process());
    member.get("/v1/me").await.ok();
    there.get("/v1/me").await.ok();
    staff.post(&format!("{org}/deactivate"), json!({ "reason": "unpaid" })).await.ok();
    member.get("/v1/me").await.refused(403, "org_inactive");
    refused_soon(&there, "/v1/me").await.refused(403, "org_inactive");
    staff.get(&format!("{org}/users")).await.ok();
    staff.post(&format!("{org}/api-keys/{}/revoke", issued.id()), json!({})).await.ok();
    staff.post(&format!("{org}/activate"), json!({})).await.ok();
    member.get("/v1/me").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn whatever_is_wrong_with_a_secret_the_answer_is_the_same() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let revoked = admin.own_key(json!({})).await.created();
    admin.delete(&format!("/v1/me/api-keys/{}", revoked.id())).await.ok();
    let expired = admin.own_key(json!({ "validityHours": 1 })).await.created();
    admin.with_secret(expired.secret()).get("/v1/me").await.ok();
    let elsewhere = admin.own_key(json!({ "scope": { "cidrs": ["192.0.2.0/24"] } })).await.created();
    world.pass_hours(1);

    let live = admin.own_key(json!({})).await.created();
    let live = live.secret();
    let last = if live.ends_with('0') { '1' } else { '0' };
    let mistyped = format!("{}{last}", &live[..live.len() - 1]);
    let id = values::KeySecret::parse(live).unwrap().access_key_id();
    let wrong = values::KeySecret::assemble(&id, &[7; 32]);
    let unknown = values::KeySecret::assemble(&values::AccessKeyId::from_bytes([9; 10]), &[7; 32]);
    let mut bodies = vec![];
    for secret in [
        revoked.secret(),
        expired.secret(),
        elsewhere.secret(),
        &mistyped,
        wrong.expose(),
        unknown.expose(),
        "nonsense",
    ] {
        let client = admin.with_secret(secret);
        let reply = client.send(axum::http::Method::GET, "/v1/me", None, &[("x-request-id", "same")]).await;
        let reply = reply.refused(401, "unauthenticated");
        assert!(reply.header("www-authenticate").starts_with("Basic"));
        bodies.push(reply.text);
    }
    assert!(bodies.windows(2).all(|two| two[0] == two[1]), "{bodies:#?}");
    admin.with_secret(live).get("/v1/me").await.ok();
}
