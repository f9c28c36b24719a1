//! A name of an org that passes from one to another.

use crate::world::{HOUR, World};
use quarterdeck::clock::Clock;
use serde_json::json;
use values::{Role, ScopeKind};

#[tokio::test]
async fn the_name_of_an_org_means_whoever_bore_it_then() {
    let world = World::new().await;
    let northwind = world.partner("northwind").await;
    let staff = world.member(ScopeKind::Partner, northwind, northwind, Role::PartnerAdmin).await;
    let first = world.org(northwind, "acme").await;
    let patch = async |name: &str, to: &str| {
        let input = json!({ "metadata": { name: to } });
        let patch = world.ask("PATCH", &format!("/v1/orgs/{first}")).key(&world.operator).patch(&input);
        patch.send().await.expect(200);
    };
    for name in ["One", "Two", "Three"] {
        patch("displayName", name).await;
    }
    world.clock.advance_micros(HOUR);
    let time = world.clock.now();
    world.clock.advance_micros(HOUR);
    patch("name", "former").await;
    let second = world.org(northwind, "acme").await;

    let named = async |moment: &str| world.get(&staff.secret, &format!("/v1/orgs/acme?asOf={moment}")).await;
    let third_change = named("4").await.expect(200);
    assert_eq!(third_change.id(), first.as_uuid(), "the other one has not come that far");
    assert_eq!(third_change.json["metadata"]["displayName"], "Three");
    assert_eq!(named("1").await.expect(200).id(), second.as_uuid(), "both bore it at their own first");
    assert_eq!(named(&time.to_string()).await.expect(200).id(), first.as_uuid());
    assert_eq!(named("99").await.expect(422).code(), "as_of_in_future");
}
