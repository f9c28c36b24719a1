use crate::world::{HOUR, SECOND, World};
use serde_json::json;
use values::{Role, ScopeKind};

#[tokio::test]
async fn an_expired_key_is_refused_at_once_and_recorded_by_the_timer() {
    let world = World::new().await;
    let northwind = world.partner("northwind").await;
    let acme = world.org(northwind, "acme").await;
    let admin = world.member(ScopeKind::Org, acme, northwind, Role::OrgAdmin).await;
    let path = format!("/v1/orgs/{acme}");
    let mut timers = world.timers();
    timers.tick().await;
    world.get(&admin.secret, &path).await.expect(200);
    world.clock.advance_micros(24 * HOUR);
    world.get(&admin.secret, &path).await.expect(401);
    let phase = "SELECT count(*) FROM documents WHERE kind = 'ApiKey' AND phase = 'expired'";
    assert_eq!(world.number(phase).await, 0);
    timers.tick().await;
    assert_eq!(world.number(phase).await, 1);
    let events = world.number("SELECT count(*) FROM events").await;
    timers.tick().await;
    assert_eq!(world.number("SELECT count(*) FROM events").await, events, "once");

    let auditor = world.member(ScopeKind::Org, acme, northwind, Role::Auditor).await;
    let trail = world.get(&auditor.secret, &format!("{path}/audit?action=apiKey.expire")).await.expect(200);
    assert_eq!(trail.all("objectId"), [admin.key.to_string()]);
    assert_eq!(trail.items()[0]["actor"], json!({"kind": "System", "id": "quarterdeck"}));
    assert_eq!(
        trail.items()[0]["changes"],
        json!([{"pointer": "/status/phase", "old": "active", "new": "expired"}])
    );
}

#[tokio::test]
async fn one_process_holds_the_lease_and_another_takes_over() {
    let world = World::new().await;
    let northwind = world.partner("northwind").await;
    let acme = world.org(northwind, "acme").await;
    world.member(ScopeKind::Org, acme, northwind, Role::OrgAdmin).await;
    let (mut first, mut second) = (world.timers(), world.timers());
    let expired = "SELECT count(*) FROM documents WHERE kind = 'ApiKey' AND phase = 'expired'";
    first.tick().await;
    world.clock.advance_micros(14 * SECOND);
    let holder = "SELECT count(DISTINCT holder) FROM leases";
    second.tick().await;
    assert_eq!(world.number(holder).await, 1);
    first.end().await;
    assert_eq!(world.number(holder).await, 0, "given up in order");
    first.tick().await;
    world.clock.advance_micros(24 * HOUR);
    second.tick().await;
    assert_eq!(world.number(expired).await, 1, "the lease had run out");
}

#[tokio::test]
async fn old_answers_are_forgotten_and_last_uses_written_down() {
    let world = World::new().await;
    let input = json!({"metadata": {"name": "northwind"}});
    let make = || {
        world
            .ask("POST", "/v1/partners")
            .key(&world.operator)
            .header("idempotency-key", "one")
            .body(&input)
            .send()
    };
    make().await.expect(201);
    assert!(make().await.expect(201).headers.contains_key("idempotent-replayed"));
    let mut timers = world.timers();
    world.clock.advance_micros(71 * HOUR);
    timers.tick().await;
    assert_eq!(world.number("SELECT count(*) FROM idempotency_replies").await, 1);
    assert_eq!(world.number("SELECT count(*) FROM key_uses").await, 1);
    world.clock.advance_micros(2 * HOUR);
    timers.tick().await;
    assert_eq!(world.number("SELECT count(*) FROM idempotency_replies").await, 0);
    assert_eq!(make().await.expect(409).code(), "name_taken");
}
