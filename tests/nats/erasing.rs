//! Whoever was erased is in nothing that is published, before and after.

use crate::world::World;
use serde_json::json;
use testing::canary::{EMAIL, act, must_not_name, person};

#[tokio::test]
async fn who_was_erased_is_in_no_message() {
    let world = World::new().await;
    let service = &world.service;
    let org = format!("/v1/orgs/{}", world.org);
    let publisher = world.publish();
    let (admin, eraser) = service.member(&org, "admin", &["ORG_ADMIN"]).await;
    let (user, client) = person(service, &org, EMAIL, "ORG_ADMIN").await;
    act(service, &org, &user, &client).await;
    world.is_published().await;
    publisher.stop().await;
    let _ = eraser.post(&format!("{org}/users/{user}/erase"), json!({ "confirm": EMAIL })).await.is(200);
    let _ = eraser.patch(&format!("{org}/users/{admin}"), &json!({ "spec": { "lastName": "C" } })).await;
    // Everything is published once more: the stream is another life's.
    world.let_leases_end();
    world.begin_another_epoch().await;
    let publisher = world.publish();
    world.is_published().await;
    publisher.stop().await;
    let messages = world.messages().await;
    let all = format!("{messages:?}");
    must_not_name("a message", &all);
    assert!(all.contains("io.quarterdeck.membership.erased.v1") && all.contains(&user));
}
