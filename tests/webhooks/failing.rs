//! What fails is tried again, by the clock; and in the end the webhook stops, with its backlog kept.

use crate::world::{HOUR, MINUTE, SECOND, World};
use serde_json::{Value, json};
use testing::{Answer, Receiver};

/// How long after an attempt that failed the next one comes.
const PAUSES: [i64; 9] =
    [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

fn outcomes(delivery: &Value) -> Vec<&str> {
    let attempts = delivery["status"]["attempts"].as_array().unwrap();
    attempts.iter().map(|attempt| attempt["outcome"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_fails_is_tried_again_and_nothing_overtakes_it() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    let mut positions = world.projects(2).await;
    receiver.then([Answer::Status(500), Answer::HangUp]);
    let mut worker = world.worker();
    worker.settle().await;
    assert_eq!(receiver.positions(), [positions[0]]);
    world.pass(4 * SECOND);
    worker.settle().await;
    assert_eq!(receiver.received().len(), 1, "not before its time");
    world.pass(SECOND);
    positions.extend(world.projects(1).await);
    worker.settle().await;
    assert_eq!(receiver.positions(), [positions[0], positions[0]]);
    let waiting = world.last_delivery("cmdb").await;
    assert_eq!(waiting["status"]["phase"], "pending");
    assert_eq!(waiting["status"]["nextAttemptAt"], "2026-01-01T00:05:05.000000Z");
    world.pass(5 * MINUTE);
    worker.settle().await;
    let first = positions[0];
    assert_eq!(receiver.positions(), [first, first, first, positions[1], positions[2]]);
    let ids: Vec<String> =
        receiver.received().iter().map(|request| request.header("webhook-id").to_owned()).collect();
    assert!(ids[0] == ids[1] && ids[1] == ids[2] && ids[2] != ids[3], "{ids:?}");
    let deliveries = world.deliveries("cmdb").await;
    assert_eq!(outcomes(&deliveries[2]), ["refused", "broken", "delivered"]);
    assert_eq!(
        deliveries.iter().map(|it| it["status"]["phase"].as_str().unwrap()).collect::<Vec<_>>(),
        ["delivered"; 3]
    );
}

#[tokio::test]
async fn after_ten_attempts_the_webhook_is_paused_with_its_backlog_and_resumes_from_there() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    receiver.otherwise(Answer::Status(500));
    world.webhook("cmdb", &receiver).await;
    let positions = world.projects(2).await;
    let mut worker = world.worker();
    worker.settle().await;
    for (made, pause) in PAUSES.into_iter().enumerate() {
        assert_eq!(receiver.received().len(), made + 1);
        world.pass(pause - SECOND);
        worker.settle().await;
        assert_eq!(receiver.received().len(), made + 1, "not before its time");
        assert_eq!(world.status("cmdb").await["phase"], "active");
        world.pass(SECOND);
        worker.settle().await;
    }
    assert_eq!(receiver.positions(), [positions[0]; 10]);
    let status = world.status("cmdb").await;
    assert_eq!(status["phase"], "paused");
    assert_eq!(status["conditions"][0]["reason"], "AttemptsExhausted");
    let failed = world.last_delivery("cmdb").await;
    assert_eq!(
        (&failed["status"]["phase"], &failed["status"]["nextAttemptAt"]),
        (&json!("failed"), &Value::Null)
    );
    assert_eq!(outcomes(&failed), ["refused"; 10]);
    let halted = world.admin.get(&world.path("events?type=io.quarterdeck.webhook.halted.v1")).await.is(200);
    let halted = &halted.json["items"][0];
    assert_eq!(halted["data"], json!({ "why": "gaveUp", "position": positions[0] }));
    assert_eq!(halted["actorkind"], "System");

    world.pass(48 * HOUR);
    worker.settle().await;
    assert_eq!(receiver.received().len(), 10, "nothing is sent while it is paused");
    receiver.otherwise(Answer::Status(204));
    world.tell("cmdb", "resume", Value::Null).await;
    worker.settle().await;
    assert_eq!(receiver.positions()[10..], positions);
    assert_eq!(world.status("cmdb").await["phase"], "active");
}

#[tokio::test]
async fn an_address_that_is_gone_disables_the_webhook_at_once() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    receiver.then([Answer::Status(410)]);
    world.webhook("cmdb", &receiver).await;
    let positions = world.projects(2).await;
    let mut worker = world.worker();
    worker.settle().await;
    world.pass(24 * HOUR);
    worker.settle().await;
    assert_eq!(receiver.positions(), [positions[0]]);
    let status = world.status("cmdb").await;
    assert_eq!((&status["phase"], &status["conditions"][0]["reason"]), (&json!("disabled"), &json!("Gone")));
    assert_eq!(outcomes(&world.last_delivery("cmdb").await), ["gone"]);
    world.tell("cmdb", "resume", Value::Null).await;
    worker.settle().await;
    assert_eq!(receiver.positions()[1..], positions);
}

#[tokio::test]
async fn whoever_asks_for_time_gets_it_within_bounds() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    world.project("one").await;
    let asks = |status, seconds: i64| {
        Answer::With(status, vec![("retry-after", seconds.to_string())], String::new())
    };
    receiver.then([asks(429, 3_600), asks(503, 1_000_000_000), asks(429, 1)]);
    let mut worker = world.worker();
    for (pause, what) in [(HOUR, "an hour"), (24 * HOUR, "at most a day"), (30 * MINUTE, "never sooner")] {
        worker.settle().await;
        let made = receiver.received().len();
        world.pass(pause - SECOND);
        worker.settle().await;
        assert_eq!(receiver.received().len(), made, "{what}");
        world.pass(SECOND);
    }
    worker.settle().await;
    let delivery = world.last_delivery("cmdb").await;
    assert_eq!(outcomes(&delivery), ["throttled", "throttled", "throttled", "delivered"]);
}

#[tokio::test]
async fn each_way_to_fail_is_in_the_log() {
    let world = World::new().await;
    let (receiver, elsewhere) = (Receiver::start().await, Receiver::start().await);
    world.webhook("cmdb", &receiver).await;
    world.project("one").await;
    receiver.then([
        Answer::With(307, vec![("location", elsewhere.url())], String::new()),
        Answer::Silence,
        Answer::Drip,
        Answer::Bytes(b"nonsense".to_vec()),
        Answer::With(422, vec![("x-why", "no such field".to_owned())], "no \u{0} such field".to_owned()),
        Answer::Flood(1_000_000_000),
    ]);
    let mut worker = world.worker();
    worker.settle().await;
    for pause in &PAUSES[..5] {
        world.pass(*pause);
        worker.settle().await;
    }
    let delivery = world.last_delivery("cmdb").await;
    let expected = ["redirected", "timeout", "timeout", "broken", "refused", "delivered"];
    assert_eq!(outcomes(&delivery), expected);
    assert!(elsewhere.received().is_empty(), "redirects are not followed");
    let refused = &delivery["status"]["attempts"][4];
    assert_eq!(
        (&refused["statusCode"], &refused["responseBody"]),
        (&json!(422), &json!("no \u{fffd} such field"))
    );
    assert!(refused["responseHeaders"].as_array().unwrap().contains(&json!(["x-why", "no such field"])));
    assert_eq!(refused["address"], receiver.address.to_string());
    let flooded = delivery["status"]["attempts"][5]["responseBody"].as_str().unwrap();
    assert_eq!(flooded.len(), 1_024);
}

#[tokio::test]
async fn whoever_changes_a_webhook_has_it_tried_at_once() {
    let world = World::new().await;
    let (wrong, right) = (Receiver::start().await, Receiver::start().await);
    wrong.otherwise(Answer::Status(404));
    world.webhook("cmdb", &wrong).await;
    let position = world.project("one").await;
    let mut worker = world.worker();
    worker.settle().await;
    world.pass(5 * SECOND);
    worker.settle().await;
    assert_eq!(wrong.received().len(), 2);
    let change = json!({ "spec": { "url": right.url() } });
    let _ = world.admin.patch(&world.path("webhooks/cmdb"), &change).await.is(200);
    worker.settle().await;
    assert_eq!(right.positions(), [position]);
}
