//! Followers that come and go, under writers, refusals and processes that start and stop: each sees every event of its
//! filter, once per id, in order, and without gaps where it asked for everything.

use crate::reader::{Dice, Reader};
use crate::world::{World, named};
use serde_json::Value;
use std::sync::Arc;
use testing::{Client, sized};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Who asks, by the process that is asked: the one that stays, and the one that is restarted.
#[derive(Clone, Debug)]
struct Processes {
    stays: Client,
    restarted: watch::Receiver<Client>,
    /// The org's last position, once everything is written.
    written: watch::Receiver<Option<i64>>,
}

/// Follows, whichever process answers, until everything is written and seen.
async fn run(mut reader: Reader, processes: Processes, mut dice: Dice) -> Reader {
    loop {
        let client =
            if dice.roll(2) == 0 { processes.restarted.borrow().clone() } else { processes.stays.clone() };
        let patience = 1 + dice.roll(40);
        connect(&mut reader, &client, &processes, patience).await;
        if processes.written.borrow().is_some_and(|last| reader.last >= last) {
            return reader;
        }
    }
}

/// Follows for a while, and lets go in the middle of things.
async fn connect(reader: &mut Reader, client: &Client, processes: &Processes, patience: u64) {
    let mut call = client.get(&reader.path());
    if let Some(cursor) = &reader.cursor {
        call = call.header("last-event-id", cursor);
    }
    let mut stream = match call.try_follow().await {
        Ok(stream) => stream,
        // It is being restarted.
        Err(reply) => return drop(reply.is_problem(503, "not_ready")),
    };
    reader.connected += 1;
    for _ in 0..patience {
        let Some(frame) = stream.next().await else { return };
        reader.take(&frame);
        if processes.written.borrow().is_some_and(|last| reader.last >= last) {
            return;
        }
    }
}

/// Makes groups and projects, also with names that are taken, and tries what is refused.
async fn write(admin: Client, org: String, writer: usize, many: usize) {
    let path = |rest: &str| format!("/v1/orgs/{org}/{rest}");
    for number in 0..many {
        let group =
            admin.post(&path("groups"), named(&format!("g-{}", (writer + number) % (2 * many)))).await;
        assert!([201, 409].contains(&group.status.as_u16()), "{}", group.json);
        let dry = admin.post(&path("projects?dryRun=true"), named(&format!("p-{writer}-{number}"))).await;
        let _ = dry.is(200);
        let _ = admin.post(&path("projects"), named(&format!("p-{writer}-{number}"))).await.is(201);
    }
}

async fn everything(world: &World, path: &str) -> Vec<i64> {
    let (mut seen, mut after) = (vec![], "0".to_owned());
    let sign = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = world.admin.get(&format!("{path}{sign}limit=500&after={after}")).await.is(200).json;
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|event: &Value| event["orgposition"].as_i64().unwrap()));
        page["nextAfter"].as_str().unwrap().clone_into(&mut after);
        if after == format!("1.{}", page["position"]) {
            return seen;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_that_come_and_go_see_everything_once_in_order() {
    let world = Arc::new(World::new().await);
    let filters = [
        (world.path("events"), true),
        (world.path("events?type=io.quarterdeck.group.*"), false),
        (world.path("events?subject=projects/&type=io.quarterdeck.project.created.v1"), false),
    ];
    let first = world.service.replica();
    let (restart, restarted) = watch::channel(first.client(&world.admin));
    let (finish, written) = watch::channel(None);
    let processes = Processes { stays: world.admin.clone(), restarted, written };
    let mut consumers = JoinSet::new();
    for number in 0..sized(6, 60) {
        let (path, is_dense) = filters[number % filters.len()].clone();
        let reader = Reader::new(path.replace("events", "events/stream"), is_dense);
        let dice = Dice(u64::try_from(number).unwrap());
        let (processes, which) = (processes.clone(), number % filters.len());
        consumers.spawn(async move { (which, run(reader, processes, dice).await) });
    }
    let mut process = first;
    for round in 0..sized(3, 40) {
        let mut writers = JoinSet::new();
        for writer in 0..3 {
            let admin = if writer == 0 { process.client(&world.admin) } else { world.admin.clone() };
            writers.spawn(write(admin, world.org.clone(), round * 3 + writer, sized(6, 20)));
        }
        while let Some(done) = writers.join_next().await {
            done.unwrap();
        }
        let next = world.service.replica();
        restart.send_replace(next.client(&world.admin));
        std::mem::replace(&mut process, next).stop().await;
    }
    finish.send_replace(Some(world.position().await));
    let truth = [
        everything(&world, &filters[0].0).await,
        everything(&world, &filters[1].0).await,
        everything(&world, &filters[2].0).await,
    ];
    assert_eq!(truth[0], (1..=world.position().await).collect::<Vec<_>>());
    while let Some(consumer) = consumers.join_next().await {
        let (which, consumer) = consumer.unwrap();
        assert!(consumer.connected > 0);
        assert_eq!(consumer.seen, truth[which], "{}", consumer.path());
    }
}
