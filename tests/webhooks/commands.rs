//! What people can do about what is sent: pause, resume, replay, test, redeliver, rotate.

use crate::delivering::verify;
use crate::world::{HOUR, World, member};
use serde_json::{Value, json};
use testing::{Answer, Receiver};

#[tokio::test]
async fn events_wait_while_it_is_paused() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    let mut worker = world.worker();
    worker.settle().await;
    world.tell("cmdb", "pause", Value::Null).await;
    let positions = world.projects(2).await;
    worker.settle().await;
    assert!(receiver.received().is_empty());
    world.tell("cmdb", "resume", Value::Null).await;
    worker.settle().await;
    assert_eq!(receiver.positions(), positions);
    let _ = world.admin.delete(&world.path("webhooks/cmdb")).await.is(200);
    world.project("three").await;
    worker.settle().await;
    assert_eq!(receiver.received().len(), 2);
}

#[tokio::test]
async fn a_pause_in_the_middle_stops_what_follows() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    receiver.then([Answer::Held(204)]);
    world.webhook("cmdb", &receiver).await;
    let positions = world.projects(3).await;
    let mut worker = world.worker();
    worker.tick().await;
    receiver.has_received(1).await;
    world.tell("cmdb", "pause", Value::Null).await;
    receiver.let_go();
    worker.settle().await;
    assert_eq!(receiver.positions(), [positions[0]]);
    world.tell("cmdb", "resume", Value::Null).await;
    worker.settle().await;
    assert_eq!(receiver.positions(), positions, "what was sent is not sent again");
}

#[tokio::test]
async fn a_replay_sends_everything_again_with_the_same_ids() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    let positions = world.projects(3).await;
    let mut worker = world.worker();
    worker.settle().await;
    world.tell("cmdb", "replay", json!({ "after": positions[0] })).await;
    worker.settle().await;
    assert_eq!(receiver.positions()[3..], positions[1..]);
    let id = |index: usize| receiver.received()[index].header("webhook-id").to_owned();
    assert_eq!((id(1), id(2)), (id(3), id(4)));
    assert_eq!(world.deliveries("cmdb").await.len(), 5);
}

#[tokio::test]
async fn a_replay_can_leave_out_what_nobody_takes() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    receiver.then([Answer::Status(500)]);
    world.webhook("cmdb", &receiver).await;
    let positions = world.projects(2).await;
    let mut worker = world.worker();
    worker.settle().await;
    world.tell("cmdb", "replay", json!({ "after": positions[0] })).await;
    worker.settle().await;
    assert_eq!(receiver.positions(), positions);
    let deliveries = world.deliveries("cmdb").await;
    assert_eq!(deliveries[1]["status"]["phase"], "failed");
    assert_eq!(deliveries[1]["status"]["nextAttemptAt"], Value::Null);
}

#[tokio::test]
async fn a_test_is_sent_whatever_the_filter_and_to_nobody_else() {
    let world = World::new().await;
    let (receiver, other) = (Receiver::start().await, Receiver::start().await);
    let secret = world.webhook("cmdb", &receiver).await;
    world.webhook("other", &other).await;
    world.tell("cmdb", "test", Value::Null).await;
    world.worker().settle().await;
    let [request] = &receiver.received()[..] else { panic!("one test") };
    assert!(verify(request, &secret));
    assert_eq!(request.event()["type"], "io.quarterdeck.webhook.test.v1");
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn while_a_rotation_overlaps_both_secrets_sign() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let first = world.webhook("cmdb", &receiver).await;
    let rotated = world.tell("cmdb", "rotate-secret", json!({ "overlapHours": 2 })).await;
    let second = rotated["status"]["signingSecret"].as_str().unwrap().to_owned();
    let mut worker = world.worker();
    let signed_by = async |worker: &mut quarterdeck::webhooks::worker::Worker| {
        world.projects(1).await;
        worker.settle().await;
        let last = receiver.received().pop().unwrap();
        (verify(&last, &first), verify(&last, &second))
    };
    assert_eq!(signed_by(&mut worker).await, (true, true));
    let both = receiver.received().pop().unwrap();
    assert_eq!(both.header("webhook-signature").split(' ').count(), 2);
    world.pass(2 * HOUR);
    assert_eq!(signed_by(&mut worker).await, (false, true), "the overlap is over");
    world.tell("cmdb", "rotate-secret", json!({ "overlapHours": 0 })).await;
    assert_eq!(signed_by(&mut worker).await, (false, false), "a third one signs");
}

#[tokio::test]
async fn a_delivery_is_sent_again_when_somebody_asks() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    let positions = world.projects(3).await;
    let mut worker = world.worker();
    worker.settle().await;
    let delivery = &world.deliveries("cmdb").await[2];
    let id = delivery["metadata"]["id"].as_str().unwrap();
    let path = world.path(&format!("webhooks/cmdb/deliveries/{id}"));
    let redeliver = format!("{path}/redeliver");
    let planned = world.admin.post(&format!("{redeliver}?dryRun=true"), Value::Null).await.is(200);
    assert_eq!(planned.json["resource"]["metadata"]["id"], id);
    assert_eq!(planned.json["events"][0]["type"], "io.quarterdeck.webhook.redelivered.v1");
    worker.settle().await;
    assert_eq!(receiver.received().len(), 3, "a dry run sends nothing");

    let asked = world.admin.post(&redeliver, json!({ "reason": "was lost" })).key("again").await.is(200);
    assert_eq!(
        (&asked.json["metadata"]["id"], &asked.json["status"]["phase"]),
        (&json!(id), &json!("pending"))
    );
    worker.settle().await;
    assert_eq!(receiver.positions()[3..], [positions[0]]);
    let id_of = |index: usize| receiver.received()[index].header("webhook-id").to_owned();
    assert_eq!(id_of(0), id_of(3));
    let replayed = world.admin.post(&redeliver, json!({ "reason": "was lost" })).key("again").await.is(200);
    assert_eq!(replayed.header("idempotent-replayed"), Some("true"));
    worker.settle().await;
    assert_eq!(receiver.received().len(), 4);
    let now = world.admin.get(&path).await.is(200);
    assert_eq!(now.json["status"]["phase"], "delivered");
    assert_eq!(now.json["status"]["attempts"].as_array().unwrap().len(), 2);
    let trail = world.admin.get(&world.path("audit?action=webhook.redeliver")).await.is(200);
    assert_eq!(trail.json["items"][0]["reason"], "was lost");

    receiver.then([Answer::Status(500)]);
    let _ = world.admin.post(&redeliver, Value::Null).await.is(200);
    worker.settle().await;
    world.pass(HOUR);
    worker.settle().await;
    assert_eq!(receiver.received().len(), 5, "once, and not by the schedule");
    assert_eq!(world.admin.get(&path).await.is(200).json["status"]["phase"], "failed");
    assert!(world.status("cmdb").await["progress"]["position"].as_i64() > Some(positions[2]));
}

#[tokio::test]
async fn who_may_read_webhooks_reads_deliveries_and_who_may_write_them_redelivers() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    world.project("one").await;
    world.worker().settle().await;
    let id = world.last_delivery("cmdb").await["metadata"]["id"].as_str().unwrap().to_owned();
    let (list, one) =
        (world.path("webhooks/cmdb/deliveries"), world.path(&format!("webhooks/cmdb/deliveries/{id}")));
    let auditor = member(&world.service, &world.org, "auditor", "AUDITOR").await;
    let developer = member(&world.service, &world.org, "dev", "PROJECT_ADMIN").await;
    let _ = auditor.get(&list).await.is(200);
    let _ = auditor.get(&one).await.is(200);
    let _ = auditor.post(&format!("{one}/redeliver"), Value::Null).await.is_problem(403, "forbidden");
    let unknown = world.path("webhooks/cmdb/deliveries/0193f3a0-7c1b-7000-8000-000000000071");
    for path in [&list, &one, &unknown] {
        let _ = developer.get(path).await.is_problem(403, "forbidden");
        let _ = world.service.nobody().get(path).await.is_problem(401, "unauthenticated");
    }
    let _ = world.admin.get(&unknown).await.is_problem(404, "not_found");
    let _ = world.admin.post(&format!("{unknown}/redeliver"), Value::Null).await.is_problem(404, "not_found");
    let _ = world.admin.get(&world.path("webhooks/none/deliveries")).await.is_problem(404, "not_found");
    let org = world.service.operator().post("/v1/orgs", json!({ "metadata": { "name": "other" } })).await;
    let stranger = member(&world.service, &org.is(201).id(), "eve", "ORG_ADMIN").await;
    for path in [&list, &one] {
        let _ = stranger.get(path).await.is_problem(404, "not_found");
    }
    let _ = world.admin.delete(&world.path("webhooks/cmdb")).await.is(200);
    let by_id = world.path(&format!("webhooks/{}/deliveries/{id}/redeliver", webhook_id(&world).await));
    let _ = world.admin.post(&by_id, Value::Null).await.is_problem(409, "invalid_state");
}

async fn webhook_id(world: &World) -> String {
    let all = world.admin.get(&world.path("webhooks?includeDeleted=true")).await.is(200);
    all.json["items"][0]["metadata"]["id"].as_str().unwrap().to_owned()
}
