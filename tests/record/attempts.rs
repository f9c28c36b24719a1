use crate::world::{SECOND, World};
use futures::poll;
use serde_json::{Value, json};
use std::pin::pin;
use tower::ServiceExt;
use uuid::Uuid;
use values::{Role, ScopeKind};

#[tokio::test]
async fn what_is_denied_and_what_is_refused_is_in_the_record_before_the_reply() {
    let world = World::new().await;
    let nowhere = Uuid::from_u128(7);
    world.operator("POST", &format!("/v1/orgs/{nowhere}/approve"), &json!({})).await.expect(404);
    assert_eq!(world.attempts().await, 1);
    world.operator("POST", "/v1/orgs", &json!({"metadata": {"name": "Ada@Plain.Test"}})).await.expect(422);
    world.operator("DELETE", "/v1/partners/default", &Value::Null).await.expect(200);
    world.operator("POST", "/v1/orgs", &json!({"metadata": {"name": "acme"}})).await.expect(422);
    assert_eq!(world.attempts().await, 3);

    let trail = world.get(&world.operator, "/v1/audit?limit=4").await.expect(200);
    assert_eq!(trail.all("outcome"), ["refused", "allowed", "refused", "denied"]);
    assert_eq!(trail.all("action"), ["org.create", "partner.delete", "org.create", "org.approve"]);
    assert_eq!(trail.all("code"), ["validation_failed", "", "validation_failed", "not_found"]);
    let denied = &trail.items()[3];
    assert_eq!(denied["objectId"], json!(nowhere));
    assert_eq!((&denied["kind"], &denied["sourceIp"]), (&json!("Org"), &json!("192.0.2.1")));
    assert!(!trail.text.to_lowercase().contains("ada@plain.test"), "what was sent is not in the record");
}

#[tokio::test]
async fn an_attempt_on_a_thing_by_its_name_names_the_thing() {
    let world = World::new().await;
    let northwind = world.partner("northwind").await;
    world.org(northwind, "acme").await;
    world.operator("DELETE", "/v1/partners/northwind", &Value::Null).await.expect(409);
    let trail = world.get(&world.operator, &format!("/v1/audit?object={northwind}&outcome=refused")).await;
    assert_eq!(trail.all("code"), ["in_use"]);
}

#[tokio::test]
async fn the_first_ten_are_entries_and_the_rest_of_the_minute_is_one() {
    let world = World::new().await;
    for _ in 0..25 {
        world.operator("POST", "/v1/orgs", &json!({})).await.expect(422);
    }
    world.operator("POST", "/v1/partners", &json!({})).await.expect(422);
    assert_eq!(world.attempts().await, 11);

    let mut timers = world.timers();
    timers.tick().await;
    assert_eq!(world.attempts().await, 11, "the minute is not over");
    world.clock.advance_micros(60 * SECOND);
    timers.tick().await;
    timers.tick().await;
    assert_eq!(world.attempts().await, 12);
    let trail = world.get(&world.operator, "/v1/audit?action=org.create").await;
    assert_eq!(trail.items()[0]["count"], json!(15));
    assert_eq!(trail.items()[1].get("count"), None);

    world.operator("POST", "/v1/orgs", &json!({})).await.expect(422);
    assert_eq!(world.attempts().await, 13, "a new minute");
}

#[tokio::test]
async fn what_is_counted_is_written_down_at_the_end() {
    let world = World::new().await;
    for _ in 0..12 {
        world.operator("POST", "/v1/orgs", &json!({})).await.expect(422);
    }
    world.timers().end().await;
    assert_eq!(world.attempts().await, 11);
}

#[tokio::test]
async fn an_attempt_that_cannot_be_recorded_is_not_answered_otherwise() {
    let world = World::new().await;
    world.execute("ALTER TABLE events RENAME TO gone").await;
    let answer = world.operator("POST", "/v1/orgs", &json!({})).await.expect(503);
    assert_eq!(answer.code(), "attempt_not_recordable");
    assert!(answer.headers.contains_key("retry-after"));
    world.execute("ALTER TABLE gone RENAME TO events").await;
    world.operator("POST", "/v1/orgs", &json!({})).await.expect(422);
    assert_eq!(world.attempts().await, 1);
}

#[tokio::test]
async fn reads_and_dry_runs_are_no_attempts() {
    let world = World::new().await;
    world.operator("GET", &format!("/v1/orgs/{}", Uuid::from_u128(7)), &Value::Null).await.expect(404);
    world.operator("POST", "/v1/orgs?dryRun=true", &json!({})).await.expect(422);
    world.operator("POST", "/v1/nowhere", &json!({})).await.expect(404);
    assert_eq!(world.attempts().await, 0);
}

#[tokio::test]
async fn members_of_an_inactive_org_are_denied_in_their_own_orgs_record() {
    let world = World::new().await;
    let northwind = world.partner("northwind").await;
    let acme = world.org(northwind, "acme").await;
    let admin = world.member(ScopeKind::Org, acme, northwind, Role::OrgAdmin).await;
    world.operator("POST", &format!("/v1/orgs/{acme}/deactivate"), &json!({"reason": "x"})).await.expect(200);
    let patch = world.ask("PATCH", &format!("/v1/orgs/{acme}")).key(&admin.secret).patch(&json!({}));
    assert_eq!(patch.send().await.expect(403).code(), "org_inactive");
    assert_eq!(world.attempts().await, 1);
    world.operator("POST", &format!("/v1/orgs/{acme}/activate"), &json!({})).await.expect(200);
    let trail = world.get(&admin.secret, &format!("/v1/orgs/{acme}/audit?outcome=denied")).await.expect(200);
    assert_eq!(trail.all("code"), ["org_inactive"]);
    assert_eq!(trail.items()[0]["actor"], json!({"kind": "User", "id": admin.user}));
    assert_eq!(trail.all("credentialId"), [admin.access_key_id.as_str()]);
}

#[tokio::test]
async fn attempts_elsewhere_are_in_the_record_of_whoever_acted() {
    let world = World::new().await;
    let northwind = world.partner("northwind").await;
    let (acme, other) = (world.org(northwind, "acme").await, world.org(northwind, "other").await);
    let admin = world.member(ScopeKind::Org, acme, northwind, Role::OrgAdmin).await;
    let spy = world.member(ScopeKind::Org, other, northwind, Role::OrgAdmin).await;
    let patch = world.ask("PATCH", &format!("/v1/orgs/{acme}")).key(&spy.secret);
    patch.patch(&json!({"metadata": {"displayName": "Mine"}})).send().await.expect(404);
    let theirs = world.get(&spy.secret, &format!("/v1/orgs/{other}/audit?outcome=denied")).await.expect(200);
    assert_eq!(theirs.all("objectId"), [acme.to_string()]);
    let ours = world.get(&admin.secret, &format!("/v1/orgs/{acme}/audit?outcome=denied")).await.expect(200);
    assert!(ours.items().is_empty());
}

#[tokio::test]
async fn whoever_hangs_up_is_recorded_all_the_same() {
    let world = World::new().await;
    let mut grown = world.app.ledger.head().follow();
    let before = *grown.borrow_and_update();
    {
        let (router, request) = world.ask("POST", "/v1/orgs").key(&world.operator).body(&json!({})).request();
        let mut asking = pin!(router.oneshot(request));
        assert!(poll!(&mut asking).is_pending());
    }
    while *grown.borrow_and_update() == before {
        grown.changed().await.unwrap();
    }
    assert_eq!(world.attempts().await, 1);
}
