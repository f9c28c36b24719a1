//! What a publisher finds in the stream when it comes back.

use crate::world::{World, named};
use quarterdeck::nats::{CURSOR, STREAM};
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

#[tokio::test]
async fn a_stream_that_was_emptied_goes_on_where_it_was() {
    let world = World::new().await;
    world.flood(10).await;
    let publisher = world.publish();
    world.is_written_down().await;
    publisher.stop().await;
    let before = world.head().await;
    let stream = world.nats.look().await.get_stream(STREAM).await.unwrap();
    let _ = stream.purge().await.unwrap();
    let _ = world.service.operator().post("/v1/orgs", named("later")).await.is(201);
    let publisher = world.publish();
    world.is_published().await;
    let positions: Vec<_> =
        world.messages().await.iter().map(|it| it.event["position"].as_i64().unwrap()).collect();
    assert_eq!(positions, (before + 1..=world.head().await).collect::<Vec<_>>());
    publisher.stop().await;
}

#[tokio::test]
async fn a_stream_that_was_removed_is_made_again_from_the_beginning() {
    let world = World::new().await;
    let publisher = world.publish();
    world.is_published().await;
    let _ = world.nats.look().await.delete_stream(STREAM).await.unwrap();
    world.flood(10).await;
    world.is_published().await;
    world.the_stream_is_the_ledger().await;
    publisher.stop().await;
}

#[tokio::test]
async fn a_stream_that_an_operator_has_set_up_is_left_as_it_is() {
    let world = World::new().await;
    world.with_stream(Duration::from_secs(3)).await;
    let publisher = world.publish();
    world.is_published().await;
    let stream = world.nats.look().await.get_stream(STREAM).await.unwrap();
    assert_eq!(stream.cached_info().config.duplicate_window, Duration::from_secs(3));
    publisher.stop().await;
}

#[tokio::test]
async fn what_somebody_else_puts_into_the_stream_is_passed_over() {
    let world = World::new().await;
    let publisher = world.publish();
    world.is_published().await;
    let look = world.nats.look().await;
    for _ in 0..3 {
        look.publish("quarterdeck.noise", "{}".into()).await.unwrap().await.unwrap();
        world.flood(5).await;
        world.is_published().await;
    }
    let messages = world.messages().await;
    let ours = messages.iter().filter(|it| it.subject != "quarterdeck.noise");
    let positions: Vec<_> = ours.map(|it| it.event["position"].as_i64().unwrap()).collect();
    assert_eq!(positions, (1..=world.head().await).collect::<Vec<_>>());
    assert_eq!(messages.len(), positions.len() + 3);
    publisher.stop().await;
}

#[tokio::test]
async fn after_a_restore_it_goes_on_after_what_was_not_lost() {
    let world = World::new().await;
    let publisher = world.publish();
    world.is_published().await;
    publisher.stop().await;
    // What happened after the backup that is restored: the stream has it, the ledger does not.
    let (head, look) = (world.head().await, world.nats.look().await);
    for lost in 1..=3 {
        let mut headers = async_nats::HeaderMap::new();
        headers.insert(CURSOR, format!("1.{}", head + lost));
        headers.insert("Nats-Msg-Id", Uuid::from_u128(u128::try_from(lost).unwrap()).to_string());
        let event = json!({ "position": head + lost }).to_string();
        look.publish_with_headers("quarterdeck.lost", headers, event.into()).await.unwrap().await.unwrap();
    }
    world.begin_another_epoch().await;
    let publisher = world.publish();
    world.flood(5).await;
    let cursors = async || {
        let messages = world.messages().await;
        messages.into_iter().map(|it| it.cursor).collect::<Vec<_>>()
    };
    while cursors().await.last() != Some(&format!("2.{}", head + 5)) {}
    let first = (1..=head + 3).map(|position| format!("1.{position}"));
    let then = (head + 1..=head + 5).map(|position| format!("2.{position}"));
    assert_eq!(cursors().await, first.chain(then).collect::<Vec<_>>());
    publisher.stop().await;
}
