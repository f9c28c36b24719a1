//! The ledger, taken out to be checked elsewhere.

use crate::world::{World, member};
use quarterdeck::ledger::export::Exported;
use quarterdeck::ledger::merkle::root_of;

#[tokio::test]
async fn an_export_leads_to_the_root_that_was_signed() {
    let world = World::new().await;
    world.projects(0..3).await;
    let signed = world.checkpoint().await;
    let export = world.get("export").await.is(200);
    let text = String::from_utf8(export.bytes).unwrap();
    let events: Vec<Exported> = text.lines().map(|line| Exported::read(line).unwrap()).collect();
    assert_eq!(events.len() as u64, signed.size);
    assert!(events.iter().enumerate().all(|(index, event)| event.org_position == index as u64 + 1));
    let leaves: Vec<_> = events.iter().map(Exported::computed_leaf).collect();
    assert!(events.iter().zip(&leaves).all(|(event, leaf)| event.says(leaf)));
    assert_eq!(root_of(leaves), signed.root);
    assert!(!text.contains("@acme.test"), "what is personal is sealed");

    let rest = world.get("export?after=2").await.is(200);
    assert_eq!(String::from_utf8(rest.bytes).unwrap().lines().next(), text.lines().nth(2));
}

#[tokio::test]
async fn who_takes_it_and_who_tries_to_is_in_the_audit_trail() {
    let world = World::new().await;
    drop(world.get("export").await.is(200));
    let reader = member(&world.service, &world.org, "ORG_READ_ONLY").await;
    let refused = reader.get(&format!("{}/ledger/export", world.org)).await.is(403);
    assert_eq!(refused.json["missingPermission"], "ledger.export");
    let trail = world.admin.get(&format!("{}/audit?action=ledger.export", world.org)).await.is(200);
    let outcomes: Vec<_> =
        trail.json["items"].as_array().unwrap().iter().map(|it| it["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["denied", "allowed"]);
    assert_eq!(trail.json["items"][1]["code"], serde_json::Value::Null);
    // The operator may not take what is inside an org.
    drop(world.service.operator().get(&format!("{}/ledger/export", world.org)).await.is(403));
}
