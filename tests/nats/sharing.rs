//! Several processes of one installation, and one server for several installations.

use crate::proxy::Proxy;
use crate::server::url;
use crate::world::{World, named, publish};
use quarterdeck::telemetry;
use testing::{Service, sized};

#[tokio::test]
async fn two_processes_publish_each_position_once() {
    let world = World::new().await;
    let mut publishers = vec![];
    for round in 0..sized(6, 60) {
        let replica = world.service.replica();
        publishers.push(publish(&replica.app, world.nats.url()));
        publishers.push(world.publish());
        let client = replica.client(&world.service.operator());
        for number in 0..5 {
            let _ = client.post("/v1/orgs", named(&format!("o-{round}-{number}"))).await.is(201);
            world.flood(20).await;
        }
        world.is_published().await;
        // One of those that are left ends, whichever publishes; with its lease or without.
        let ends = publishers.remove(round % publishers.len());
        if round % 2 == 0 {
            ends.kill().await;
        } else {
            ends.stop().await;
        }
        world.let_leases_end();
    }
    world.is_published().await;
    world.the_stream_is_the_ledger().await;
    for publisher in publishers {
        publisher.stop().await;
    }
}

#[tokio::test]
async fn a_process_that_does_not_know_that_its_lease_is_over_publishes_nothing() {
    let world = World::new().await;
    let proxy = Proxy::to(world.nats.port()).await;
    for held in [0, 500, 5_000] {
        let stale = publish(&world.service.app, url(proxy.port));
        world.is_published().await;
        proxy.there.close_after(held);
        world.flood(40).await;
        proxy.there.spent().await;
        world.let_leases_end();
        let replica = world.service.replica();
        let fresh = publish(&replica.app, world.nats.url());
        world.is_published().await;
        // What the first one sent arrives only now, and is no more what comes next.
        proxy.there.clear();
        world.flood(40).await;
        world.is_published().await;
        world.the_stream_is_the_ledger().await;
        stale.stop().await;
        fresh.stop().await;
        replica.stop().await;
    }
}

#[tokio::test]
async fn two_installations_do_not_mix_in_one_stream() {
    let world = World::new().await;
    let publisher = world.publish();
    world.is_published().await;
    let other = Service::start().await;
    let stranger = publish(&other.app, world.nats.url());
    let failed = "quarterdeck_sink_events_total{sink=\"nats\",outcome=\"failed\"} ";
    while !telemetry::render().lines().any(|line| line.starts_with(failed)) {
        tokio::task::yield_now().await;
    }
    world.flood(10).await;
    world.is_published().await;
    world.the_stream_is_the_ledger().await;
    stranger.stop().await;
    publisher.stop().await;
}
