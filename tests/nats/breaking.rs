//! What breaks between the service and NATS, at any byte.

use crate::proxy::Proxy;
use crate::server::url;
use crate::world::{World, publish};
use async_nats::jetstream::stream::Config;
use std::time::Duration;
use testing::sized;

/// Dice that fall the same way in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> usize {
        // Knuth's MMIX generator.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides).unwrap()
    }
}

#[tokio::test]
async fn a_nats_that_is_killed_in_the_middle_of_a_batch_gets_the_rest_when_it_is_back() {
    let mut world = World::new().await;
    let proxy = Proxy::to(world.nats.port()).await;
    let publisher = publish(&world.service.app, url(proxy.port));
    let mut dice = Dice(1);
    world.is_published().await;
    for _ in 0..sized(8, 100) {
        // A batch is some 30 KiB long, its acknowledgements some 3 KiB.
        let (way, bytes) = if dice.roll(2) == 0 {
            (&proxy.there, dice.roll(25_000))
        } else {
            (&proxy.back, dice.roll(2_000))
        };
        way.close_after(bytes);
        world.flood(40).await;
        way.spent().await;
        world.nats.kill().await;
        way.clear();
        world.nats.start_again().await;
        world.is_published().await;
    }
    world.the_stream_is_the_ledger().await;
    publisher.stop().await;
}

/// Kills publishers after any number of bytes there, or back; what one has sent may arrive later.
async fn publishers_are_killed(world: &World, times: usize, mut dice: Dice) {
    let proxy = Proxy::to(world.nats.port()).await;
    for _ in 0..times {
        let (way, bytes) = if dice.roll(2) == 0 {
            (&proxy.there, dice.roll(20_000))
        } else {
            (&proxy.back, dice.roll(4_000))
        };
        way.close_after(bytes);
        world.flood(40).await;
        let publisher = publish(&world.service.app, url(proxy.port));
        way.spent().await;
        publisher.kill().await;
        way.clear();
        world.let_leases_end();
    }
}

#[tokio::test]
async fn a_publisher_that_is_killed_anywhere_leaves_each_position_once() {
    let world = World::new().await;
    publishers_are_killed(&world, sized(25, 500), Dice(2)).await;
    let publisher = world.publish();
    world.is_published().await;
    world.the_stream_is_the_ledger().await;
    publisher.stop().await;
}

#[tokio::test]
async fn when_the_stream_has_forgotten_what_it_saw_each_position_is_there_once_all_the_same() {
    let world = World::new().await;
    // The shortest that there is.
    let window = Duration::from_millis(100);
    world.with_stream(window).await;
    let proxy = Proxy::to(world.nats.port()).await;
    for round in 0..sized(5, 50) {
        // Everything is stored, and nothing that says so arrives.
        let publisher = publish(&world.service.app, url(proxy.port));
        world.is_written_down().await;
        proxy.back.close_after(round);
        world.flood(40).await;
        proxy.back.spent().await;
        world.is_published().await;
        publisher.kill().await;
        proxy.back.clear();
        world.let_leases_end();
        forgets(&world, window).await;
    }
    let publisher = world.publish();
    world.flood(1).await;
    world.is_published().await;
    world.the_stream_is_the_ledger().await;
    publisher.stop().await;
}

/// Waits until a stream with this window has forgotten what it sees now.
async fn forgets(world: &World, duplicate_window: Duration) {
    let look = world.nats.look().await;
    let config = Config {
        name: "PROBE".to_owned(),
        subjects: vec!["probe".to_owned()],
        duplicate_window,
        ..Config::default()
    };
    look.get_or_create_stream(config).await.unwrap();
    let mut headers = async_nats::HeaderMap::new();
    headers.insert("Nats-Msg-Id", format!("{}", world.head().await).as_str());
    let again = async || {
        let ack = look.publish_with_headers("probe", headers.clone(), "".into()).await.unwrap();
        ack.await.unwrap().duplicate
    };
    assert!(!again().await, "this is the first time");
    while again().await {}
}

#[tokio::test]
async fn a_publisher_that_is_killed_before_it_writes_down_how_far_it_is_leaves_each_position_once() {
    let world = World::new().await;
    for _ in 0..3 {
        let publisher = world.publish();
        world.is_written_down().await;
        // Whoever writes it down waits.
        let mut held = world.service.superuser().begin().await.unwrap();
        sqlx::query("LOCK TABLE sink_cursors").execute(&mut *held).await.unwrap();
        world.flood(30).await;
        world.is_published().await;
        publisher.kill().await;
        held.rollback().await.unwrap();
        world.let_leases_end();
    }
    world.flood(1).await;
    let publisher = world.publish();
    world.is_published().await;
    world.the_stream_is_the_ledger().await;
    publisher.stop().await;
}
