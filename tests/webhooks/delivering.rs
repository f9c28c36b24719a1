//! Events reach receivers, in order, signed, and nobody waits for anybody else.

use crate::world::{MINUTE, SECOND, World};
use serde_json::{Value, json};
use testing::{Answer, Receiver, check_event};

/// Holds a request against the crate `standardwebhooks`.
pub(crate) fn verify(received: &testing::Received, secret: &str) -> bool {
    // Its own verification holds the time against the system's; the clock here is in hand.
    let theirs = standardwebhooks::Webhook::new(secret).unwrap();
    let timestamp = received.header("webhook-timestamp").parse().unwrap();
    let expected = theirs.sign(received.header("webhook-id"), timestamp, &received.body).unwrap();
    received.header("webhook-signature").split(' ').any(|signature| signature == expected)
}

#[tokio::test]
async fn what_happens_after_a_webhook_was_made_is_sent_in_order_and_signed() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.project("before").await;
    let secret = world.webhook("cmdb", &receiver).await;
    let positions = world.projects(3).await;
    let mut worker = world.worker();
    worker.settle().await;
    assert_eq!(receiver.positions(), positions);
    for request in receiver.received() {
        assert!(verify(&request, &secret));
        let event = request.event();
        check_event(&event).unwrap();
        assert_eq!(request.header("webhook-id"), event["id"].as_str().unwrap());
        assert_eq!(event["type"], "io.quarterdeck.project.created.v1");
    }
    let pulled = world.admin.get(&world.path("events?limit=500")).await.is(200);
    let pulled = pulled.json["items"].as_array().unwrap().clone();
    assert!(pulled.contains(&receiver.received()[0].event()), "the same as whoever pulls is told");
    worker.settle().await;
    assert_eq!(receiver.received().len(), 3, "once");
}

#[tokio::test]
async fn a_webhook_can_begin_at_the_beginning_and_take_everything() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook_of("siem", json!({ "url": receiver.url(), "after": 0 })).await;
    let last = world.project("one").await;
    world.worker().settle().await;
    let everything: Vec<i64> = (1..=last).collect();
    assert_eq!(receiver.positions(), everything, "dense");
}

#[tokio::test]
async fn status_says_how_far_it_is_and_neither_the_etag_nor_the_past_do() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    let path = world.path("webhooks/cmdb");
    let before = world.admin.get(&path).await.is(200);
    assert_eq!(before.json["status"].get("progress"), None, "nobody has looked at it yet");
    let position = world.project("one").await;
    receiver.then([Answer::Status(500)]);
    let mut worker = world.worker();
    worker.settle().await;
    // An event is recorded a little after the clock of a test, which stands still.
    world.pass(2 * SECOND + 1_000);
    let failing = world.admin.get(&path).await.is(200);
    let progress = &failing.json["status"]["progress"];
    assert_eq!(progress["position"], position - 1, "{progress}");
    assert_eq!((&progress["behind"], &progress["attempts"]), (&json!(1), &json!(1)));
    assert_eq!((&progress["behindSeconds"], &progress["lastDeliveredAt"]), (&json!(2), &Value::Null));
    assert_eq!(progress["lastError"], "500 Internal Server Error");
    assert_eq!(progress["nextAttemptAt"], "2026-01-01T00:00:05.000000Z");

    world.pass(3 * SECOND - 1_000);
    worker.settle().await;
    let delivered = world.admin.get(&path).await.is(200);
    let progress = &delivered.json["status"]["progress"];
    assert_eq!(progress["position"], position);
    assert_eq!((&progress["behind"], &progress["behindSeconds"]), (&json!(0), &json!(0)));
    assert_eq!((&progress["lastError"], &progress["nextAttemptAt"]), (&Value::Null, &Value::Null));
    assert_eq!(progress["lastDeliveredAt"], "2026-01-01T00:00:05.000000Z");
    assert_eq!(before.header("etag"), delivered.header("etag"));
    let listed = world.admin.get(&world.path("webhooks")).await.is(200);
    assert_eq!(listed.json["items"][0]["status"]["progress"], *progress);
    let then = world.admin.get(&format!("{path}?asOf={position}")).await.is(200);
    assert_eq!(then.json["status"].get("progress"), None);
    let sent_back = world.admin.put(&path, &delivered.json).await.is(200);
    assert_eq!(sent_back.json["metadata"]["version"], before.json["metadata"]["version"]);
}

#[tokio::test]
async fn a_slow_receiver_holds_nobody_up_but_itself() {
    let world = World::new().await;
    let (slow, quick) = (Receiver::start().await, Receiver::start().await);
    slow.then([Answer::Held(204)]);
    world.webhook("slow", &slow).await;
    world.webhook("quick", &quick).await;
    let positions = world.projects(3).await;
    let mut worker = world.worker();
    worker.tick().await;
    slow.has_received(1).await;
    quick.has_received(3).await;
    assert_eq!(slow.received().len(), 1, "the next comes when the one before is answered");
    slow.let_go();
    worker.settle().await;
    assert_eq!(slow.positions(), positions);
    assert_eq!(quick.positions(), positions);
}

#[tokio::test]
async fn a_worker_that_runs_by_itself_sends_what_happens() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    let running = world.worker().start();
    let first = world.project("one").await;
    receiver.has_received(1).await;
    let second = world.project("two").await;
    receiver.has_received(2).await;
    running.stop().await;
    assert_eq!(receiver.positions(), [first, second]);
}

#[tokio::test]
async fn the_events_of_an_org_that_is_not_active_wait() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    let position = world.project("one").await;
    let org = format!("/v1/orgs/{}", world.org);
    let operator = world.service.operator();
    let _ = operator.post(&format!("{org}/deactivate"), json!({ "reason": "unpaid" })).await.is(200);
    let mut worker = world.worker();
    worker.settle().await;
    assert!(receiver.received().is_empty());
    let _ = operator.post(&format!("{org}/activate"), Value::Null).await.is(200);
    worker.settle().await;
    assert_eq!(receiver.positions(), [position]);
}

#[tokio::test]
async fn what_a_filter_leaves_out_moves_the_position_all_the_same() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook_of("clusters", json!({ "url": receiver.url(), "types": ["io.quarterdeck.group.*"] })).await;
    let last = *world.projects(5).await.last().unwrap();
    let mut worker = world.worker();
    worker.settle().await;
    assert_eq!(world.status("clusters").await["progress"]["position"], last);
    world.pass(MINUTE);
    worker.settle().await;
    assert!(receiver.received().is_empty() && world.deliveries("clusters").await.is_empty());
}

/// The function in `docs/webhooks.md`, as it stands there.
fn documented_verification() -> String {
    let page = include_str!("../../docs/webhooks.md");
    let code = page.split("```python\n").nth(1).and_then(|rest| rest.split("```").next());
    code.unwrap().to_owned()
}

#[tokio::test]
async fn what_the_documentation_says_about_verifying_is_so() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let secret = world.webhook("cmdb", &receiver).await;
    world.project("one").await;
    world.worker().settle().await;
    let [request] = &receiver.received()[..] else { panic!("one event") };
    let given = json!({
        "secret": secret, "headers": request.headers.iter().cloned().collect::<std::collections::HashMap<_, _>>(),
        "body": String::from_utf8(request.body.clone()).unwrap()
    });
    let program = format!(
        "{}\nimport json, sys\ngiven = json.load(sys.stdin)\nsecret, headers = given['secret'], given['headers']\n\
         body = given['body'].encode()\nsent = int(headers['webhook-timestamp'])\n\
         time.time = lambda: sent + 299\nassert verify(secret, headers, body)\n\
         assert not verify(secret, headers, body + b' ')\nassert not verify(secret[:-4] + 'AAA=', headers, body)\n\
         time.time = lambda: sent + 301\nassert not verify(secret, headers, body)\n",
        documented_verification()
    );
    let mut python = std::process::Command::new("python3")
        .args(["-c", &program])
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    serde_json::to_writer(python.stdin.take().unwrap(), &given).unwrap();
    assert!(python.wait().unwrap().success());
}
