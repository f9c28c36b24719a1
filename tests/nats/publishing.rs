//! What is published, where, and what it costs the service when NATS is away.

use crate::server::url;
use crate::world::{World, named, publish};
use async_nats::jetstream::consumer::pull;
use futures::StreamExt;
use quarterdeck::nats::STREAM;
use quarterdeck::telemetry;
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn everything_is_published_once_in_order_to_its_subject() {
    let world = World::new().await;
    world.flood(40).await;
    let publisher = world.publish();
    world.is_published().await;
    // What happens from now on, too.
    for name in ["one", "two", "three"] {
        let _ = world.service.operator().post("/v1/orgs", named(name)).await.is(201);
    }
    world.flood(1_000).await;
    world.is_published().await;
    world.the_stream_is_the_ledger().await;
    publisher.stop().await;
}

#[tokio::test]
async fn what_was_refused_is_published_as_an_attempt_and_as_nothing_else() {
    let world = World::new().await;
    let publisher = world.publish();
    let operator = world.service.operator();
    let _ = operator.post("/v1/orgs", named("acme")).await.is_problem(409, "name_taken");
    let dry = operator.post("/v1/orgs?dryRun=true", named("never-made")).await;
    let _ = dry.is(200);
    world.is_published().await;
    world.the_stream_is_the_ledger().await;
    let messages = world.messages().await;
    let of_type = |name: &str| messages.iter().filter(|it| it.event["type"] == name).count();
    assert_eq!(of_type("io.quarterdeck.org.created.v1"), 1);
    assert_eq!(of_type("io.quarterdeck.access.attempted.v1"), 1);
    publisher.stop().await;
}

#[tokio::test]
async fn a_consumer_takes_what_it_wants_by_subject() {
    let world = World::new().await;
    let other = world.service.operator().post("/v1/orgs", named("other")).await.is(201).id();
    world.flood(3).await;
    let publisher = world.publish();
    world.is_published().await;
    let stream = world.nats.look().await.get_stream(STREAM).await.unwrap();
    let wants = async |filter: String| {
        let config = pull::Config { filter_subject: filter, ..Default::default() };
        let consumer = stream.create_consumer(config).await.unwrap();
        let many = usize::try_from(consumer.cached_info().num_pending).unwrap();
        let messages = consumer.messages().await.unwrap().take(many);
        let events = messages.map(|message| serde_json::from_slice(&message.unwrap().payload).unwrap());
        events.collect::<Vec<Value>>().await
    };
    let groups = wants(format!("quarterdeck.{}.group.*", world.org)).await;
    assert_eq!(groups.len(), 3);
    assert!(groups.iter().all(|event| event["type"] == "io.quarterdeck.group.created.v1"), "{groups:?}");
    let others = wants(format!("quarterdeck.{other}.>")).await;
    assert!(!others.is_empty());
    assert!(others.iter().all(|event| event["source"] == format!("/v1/orgs/{other}")), "{others:?}");
    let created = wants("quarterdeck.*.org.created".to_owned()).await;
    assert_eq!(created.len(), 2);
    publisher.stop().await;
}

/// Waits until the metrics say so.
async fn until_metrics(say: impl Fn(&str) -> bool) {
    let said = timeout(Duration::from_secs(30), async {
        while !say(&telemetry::render()) {
            tokio::task::yield_now().await;
        }
    });
    assert!(said.await.is_ok(), "{}", telemetry::render());
}

fn lag(metrics: &str, unit: &str) -> Option<f64> {
    let name = format!("quarterdeck_sink_lag_{unit}{{sink=\"nats\"}} ");
    metrics.lines().find_map(|line| line.strip_prefix(&name)?.parse().ok())
}

#[tokio::test]
async fn a_nats_that_is_away_costs_nobody_anything_and_is_seen_in_the_metrics() {
    let mut world = World::new().await;
    world.nats.kill().await;
    let publisher = world.publish();
    world.flood(20).await;
    world.service.clock.advance_micros(7_000_000);
    #[expect(clippy::cast_precision_loss, reason = "a few events")]
    let head = world.head().await as f64;
    until_metrics(|metrics| {
        lag(metrics, "events") == Some(head)
            && lag(metrics, "seconds").is_some_and(|seconds| seconds >= 7.0)
            && metrics.contains("quarterdeck_sink_events_total{sink=\"nats\",outcome=\"failed\"}")
    })
    .await;
    let _ = world.service.nobody().get("/readyz").await.is(200);
    let _ = world.service.operator().post("/v1/orgs", named("still-works")).await.is(201);
    world.nats.start_again().await;
    world.is_published().await;
    until_metrics(|metrics| lag(metrics, "events") == Some(0.0) && lag(metrics, "seconds") == Some(0.0))
        .await;
    world.the_stream_is_the_ledger().await;
    publisher.stop().await;
}

#[tokio::test]
async fn a_server_that_there_is_not_is_asked_again_and_again() {
    let world = World::new().await;
    // Port 9 discards, where anybody listens at all.
    let publisher = publish(&world.service.app, url(9));
    until_metrics(|metrics| {
        let failed = "quarterdeck_sink_events_total{sink=\"nats\",outcome=\"failed\"} ";
        let times = metrics.lines().find_map(|line| line.strip_prefix(failed)?.parse::<u64>().ok());
        times.is_some_and(|times| times >= 3)
    })
    .await;
    publisher.stop().await;
}
