//! An org in which everything that is said has its name in it: nobody from elsewhere is shown that, in whatever is answered,
//! told, counted or logged.
//!
//! Those who ask in the tables of rights are never shown it either: their clients look through every answer.

use crate::audited::in_order;
use crate::operations::operations;
use crate::world::{Actor, CANARY, INSIDE_OF_CANARY, Places, World};
use testing::{Client, Log};

/// What says nothing that somebody said. This list may only shrink.
const SILENT: [(&str, &str); 2] = [
    ("getLedgerCheckpoint", "is digests"),
    ("getBlueprintVersionImpact", "has nothing to change: no cluster has the blueprint"),
];

/// Everything that is logged by this process from now on, however small. No other test of it does this.
fn captured() -> Log {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    log
}

/// Everything that is told of a feed, pulled and followed.
async fn hear(client: &Client, feed: &str) -> usize {
    let page = client.get(&format!("{feed}?after=0&limit=500")).await.is(200);
    let told = page.json["items"].as_array().unwrap().len();
    let mut stream = client.follow(&format!("{feed}/stream?after=0")).await;
    for _ in 0..told {
        drop(stream.next_event().await.unwrap());
    }
    told
}

async fn ask_everything(actor: &Actor, places: &Places) {
    let places = places.of(actor);
    for operation in operations() {
        drop(operation.call(&actor.client, &places.path(operation)).outcome().await);
    }
}

#[tokio::test]
async fn nobody_from_elsewhere_is_shown_anything_of_an_org() {
    let logs = captured();
    let world = World::new().await;
    let actors = world.actors().await;
    let planted = logs.take();
    assert!(planted.contains("Answered POST"), "the logs were not caught");

    for actor in actors.iter().flatten() {
        for places in [&world.own, &world.other_project, &world.other_org] {
            ask_everything(actor, places).await;
        }
    }
    let admin = world.admin().clone().never_shown(CANARY);
    let operator = world.operator().never_shown(INSIDE_OF_CANARY);
    assert!(hear(&admin, &world.own.feed()).await > 20);
    assert!(hear(&operator, "/v1/events").await > 5);
    for kind in ["application/x-ndjson", "text/csv"] {
        drop(admin.get(&world.own.audit()).header("accept", kind).await.is(200));
        drop(operator.get("/v1/audit").header("accept", kind).await.is(200));
    }
    // For real, and what ends things last.
    for operation in in_order() {
        drop(operation.call_for_real(&admin, &world.own.path(operation)).outcome().await);
    }
    drop(world.nobody().never_shown(CANARY).get("/metrics").await.is(200));

    let said = logs.take();
    assert!(said.contains("Answered GET"), "the logs were not caught");
    let line = said.lines().find(|line| line.contains(CANARY));
    assert_eq!(line, None, "a log shows it");
}

/// That the second org says everything with its name in it, so that there is something to be found.
#[tokio::test]
async fn everything_that_is_said_in_the_org_has_its_name_in_it() {
    let world = World::new().await;
    let there = world.admin_of_the_other_org();
    let mut silent = vec![];
    for operation in operations().iter().filter(|operation| operation.id.starts_with("get")) {
        let path = world.other_org.path(operation);
        let reply = operation.call(there, &path).await;
        if reply.status == 200 && !String::from_utf8_lossy(&reply.bytes).contains(CANARY) {
            silent.push(operation.id);
        }
    }
    assert_eq!(silent, SILENT.map(|(operation, _)| operation));
}
