//! Where events go when somebody else says where names lead.

use crate::world::{MINUTE, SECOND, World};
use serde_json::json;
use std::sync::Arc;
use testing::{FakeNetwork, Question, Receiver};

const NAME: &str = "hooks.acme.test";

#[tokio::test]
async fn a_name_that_turns_private_is_not_followed_inside() {
    let world = World::new().await;
    let receiver = Receiver::with_tls(NAME).await;
    let network = Arc::new(FakeNetwork::leading_to(receiver.address));
    network.then(&["93.184.216.34"]);
    network.then(&["10.0.0.7"]);
    network.then(&["93.184.216.34"]);
    let spec = json!({ "url": format!("https://{NAME}/in"), "types": ["io.quarterdeck.project.*"] });
    world.webhook_of("cmdb", spec).await;
    let positions = world.projects(2).await;
    let mut worker = world.guarded_worker(Arc::clone(&network) as _, &receiver);
    worker.settle().await;
    assert_eq!(receiver.positions(), [positions[0]]);
    let blocked = world.last_delivery("cmdb").await;
    let attempt = &blocked["status"]["attempts"][0];
    assert_eq!((&attempt["outcome"], &attempt["address"]), (&json!("blocked"), &json!(null)));
    assert!(!attempt.to_string().contains("10.0.0.7"), "what names mean inside is said to nobody");
    world.pass(5 * SECOND);
    worker.settle().await;
    assert_eq!(receiver.positions(), positions);
    let public: Question = Question::Address("93.184.216.34:443".parse().unwrap());
    let connected = network.asked().into_iter().filter(|asked| matches!(asked, Question::Address(_)));
    assert_eq!(connected.collect::<Vec<_>>(), [public.clone(), public]);
}

#[tokio::test]
async fn what_was_allowed_when_it_was_declared_is_judged_when_it_is_sent() {
    let world = World::new().await;
    let (plain, receiver) = (Receiver::start().await, Receiver::with_tls(NAME).await);
    world.webhook("plain", &plain).await;
    world.webhook("private", &receiver).await;
    world.project("one").await;
    let network = Arc::new(FakeNetwork::leading_to(receiver.address));
    // Declared while private addresses were allowed; the service was started again without.
    let mut worker = world.guarded_worker(Arc::clone(&network) as _, &receiver);
    worker.settle().await;
    world.pass(MINUTE);
    for webhook in ["plain", "private"] {
        let delivery = world.last_delivery(webhook).await;
        assert_eq!(delivery["status"]["attempts"][0]["outcome"], "blocked", "{delivery}");
    }
    assert!(network.asked().is_empty() && plain.received().is_empty() && receiver.received().is_empty());
}
