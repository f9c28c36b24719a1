//! Several processes, of which one sends; and processes that die.

use crate::world::{SECOND, World, worker_of};
use testing::{Answer, Receiver};

#[tokio::test]
async fn two_workers_do_not_both_send() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    let replica = world.service.replica();
    let (mut first, mut second) = (world.worker(), worker_of(&replica.app));
    first.settle().await;
    let mut positions = world.projects(3).await;
    tokio::join!(second.settle(), first.settle());
    assert_eq!(receiver.positions(), positions);
    first.end().await;
    positions.extend(world.projects(1).await);
    second.settle().await;
    assert_eq!(receiver.positions(), positions, "given up in order, the other goes on at once");
    drop(second);
    replica.stop().await;
}

#[tokio::test]
async fn two_workers_that_run_by_themselves_send_everything_once_and_in_order() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    let replica = world.service.replica();
    let (first, second) = (world.worker().start(), worker_of(&replica.app).start());
    let positions = world.projects(10).await;
    receiver.has_received(10).await;
    first.stop().await;
    second.stop().await;
    assert_eq!(receiver.positions(), positions);
    replica.stop().await;
}

#[tokio::test]
async fn a_process_that_dies_is_followed_by_one_that_goes_on_at_the_cursor() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    let positions = world.projects(4).await;
    receiver.then([Answer::Status(204), Answer::Held(204)]);
    let mut dies = world.worker();
    dies.tick().await;
    receiver.has_received(2).await;
    // The second was sent, and nobody knows what came of it.
    drop(dies);
    let replica = world.service.replica();
    let mut next = worker_of(&replica.app);
    next.settle().await;
    assert_eq!(receiver.received().len(), 2, "the lease is not over");
    world.pass(15 * SECOND);
    next.settle().await;
    let expected = [positions[0], positions[1], positions[1], positions[2], positions[3]];
    assert_eq!(receiver.positions(), expected, "at least once, in order");
    let id = |index: usize| receiver.received()[index].header("webhook-id").to_owned();
    assert_eq!(id(1), id(2));
    assert_eq!(world.deliveries("cmdb").await.len(), 4);
    drop(next);
    replica.stop().await;
}

#[tokio::test]
async fn a_worker_that_was_away_for_too_long_writes_nothing() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    let positions = world.projects(2).await;
    receiver.then([Answer::Held(500)]);
    let mut away = world.worker();
    away.tick().await;
    receiver.has_received(1).await;
    world.pass(15 * SECOND);
    let replica = world.service.replica();
    let mut other = worker_of(&replica.app);
    other.settle().await;
    assert_eq!(receiver.positions()[1..], positions);
    receiver.let_go();
    away.settle().await;
    assert_eq!(receiver.received().len(), 3);
    let deliveries = world.deliveries("cmdb").await;
    assert!(deliveries.len() == 2 && deliveries.iter().all(|it| it["status"]["phase"] == "delivered"));
    assert_eq!(world.status("cmdb").await["progress"]["attempts"], 0);
    drop(other);
    replica.stop().await;
}

#[tokio::test]
async fn a_dead_receiver_does_not_make_the_service_unready_and_its_lag_is_told() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    receiver.otherwise(Answer::Status(500));
    world.webhook("cmdb", &receiver).await;
    world.projects(3).await;
    let mut worker = world.worker();
    worker.settle().await;
    world.pass(2 * SECOND);
    worker.settle().await;
    let _ = world.service.nobody().get("/readyz").await.is(200);
    let metrics = world.service.nobody().get("/metrics").await.is(200);
    let text = String::from_utf8(metrics.bytes).unwrap();
    assert!(text.contains("quarterdeck_webhook_attempts_total{outcome=\"refused\"}"), "{text}");
    assert!(text.contains("quarterdeck_sink_lag_events{sink=\"webhooks\"}"), "{text}");
    assert!(text.contains("quarterdeck_sink_lag_seconds{sink=\"webhooks\"}"), "{text}");
}
