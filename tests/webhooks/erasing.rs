//! Whoever was erased is in nothing that is sent, nor in what is kept of it.

use crate::world::World;
use serde_json::{Value, json};
use testing::canary::{EMAIL, act, must_not_name, person};
use testing::{Answer, Received, Receiver};

/// Everything that a receiver was sent.
fn sent(receiver: &Receiver) -> String {
    let text =
        |one: &Received| format!("{} {:?} {}", one.line, one.headers, String::from_utf8_lossy(&one.body));
    receiver.received().iter().map(text).collect::<Vec<_>>().concat()
}

#[tokio::test]
async fn who_was_erased_is_in_no_delivery_nor_in_its_log() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let org = format!("/v1/orgs/{}", world.org);
    world.webhook_of("siem", json!({ "url": receiver.url(), "after": 0 })).await;
    let (user, client) = person(&world.service, &org, EMAIL, "ORG_ADMIN").await;
    act(&world.service, &org, &user, &client).await;
    // Of what it did something arrives, something does not, and something has not been tried yet.
    let mut worker = world.worker();
    receiver.then([Answer::Status(200), Answer::Status(500)]);
    worker.settle().await;
    let erase = format!("{org}/users/{user}/erase");
    let _ = world.admin.post(&erase, json!({ "confirm": EMAIL })).await.is(200);
    world.pass(24 * crate::world::HOUR);
    worker.settle().await;
    let before = receiver.received().len();
    let first = world.deliveries("siem").await.last().unwrap()["metadata"]["id"].clone();
    let redeliver = world.path(&format!("webhooks/siem/deliveries/{}/redeliver", first.as_str().unwrap()));
    let _ = world.admin.post(&redeliver, Value::Null).await.is(200);
    world.tell("siem", "replay", json!({ "after": 0 })).await;
    worker.settle().await;
    assert!(receiver.received().len() > 2 * before, "everything was sent again");

    let sent = sent(&receiver);
    must_not_name("what was sent", &sent);
    assert!(sent.contains("io.quarterdeck.membership.erased.v1") && sent.contains(&user));
    let deliveries = world.deliveries("siem").await;
    must_not_name("the list of deliveries", &Value::from(deliveries.clone()).to_string());
    for delivery in deliveries {
        let id = delivery["metadata"]["id"].as_str().unwrap();
        let one = world.admin.get(&world.path(&format!("webhooks/siem/deliveries/{id}"))).await.is(200);
        must_not_name("a delivery", &one.json.to_string());
    }
}
