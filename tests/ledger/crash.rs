//! Processes that write are killed without warning: what they acknowledged is there once, what they did not is there
//! once or not at all.

use crate::world::World;
use quarterdeck::crypto::Random;
use quarterdeck::ledger::unit::Verdict;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use testing::sized;
use uuid::Uuid;
use values::ScopeId;

const SOCKET: &str = "QUARTERDECK_TEST_SOCKET";
const DATABASE: &str = "QUARTERDECK_TEST_DATABASE";
const PARTNER: &str = "QUARTERDECK_TEST_PARTNER";
const SEED: &str = "QUARTERDECK_TEST_SEED";

/// How many commands a child has under way.
const UNDER_WAY: usize = 16;

/// A process that writes as fast as it can.
struct Writing {
    process: Child,
    output: Lines<BufReader<ChildStdout>>,
}

/// What all children said.
#[derive(Default)]
struct Said {
    tried: BTreeSet<Uuid>,
    acknowledged: BTreeSet<Uuid>,
}

impl Writing {
    fn start(world: &World, partner: ScopeId, seed: usize) -> Self {
        let options = world.database().options();
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", "crash::a_child_writes_until_it_is_killed", "--nocapture"])
            .env(SOCKET, options.get_socket().unwrap())
            .env(DATABASE, options.get_database().unwrap())
            .env(PARTNER, partner.to_string())
            .env(SEED, seed.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, output }
    }

    /// Listens until so many more commands are acknowledged, or nothing more is said.
    fn listen(&mut self, said: &mut Said, mut acknowledged: usize) {
        while acknowledged > 0 {
            let Some(line) = self.output.next() else { return };
            let line = line.unwrap();
            if let Some(id) = line.strip_prefix("try ") {
                said.tried.insert(id.parse().unwrap());
            } else if let Some(id) = line.strip_prefix("ack ") {
                said.acknowledged.insert(id.parse().unwrap());
                acknowledged -= 1;
            }
        }
    }

    fn kill(mut self, said: &mut Said) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.listen(said, usize::MAX);
    }
}

/// Says something whole: a line that is cut could be another one's id.
fn say(word: &str, id: Uuid) {
    std::io::stdout().lock().write_all(format!("{word} {id}\n").as_bytes()).unwrap();
}

/// Run by the test below, in a process of its own; by itself it has nothing to write to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_writes_until_it_is_killed() {
    let Ok(database) = env::var(DATABASE) else { return };
    let options = PgConnectOptions::new_without_pgpass()
        .socket(env::var(SOCKET).unwrap())
        .username("quarterdeck")
        .ssl_mode(PgSslMode::Disable)
        .database(&database);
    let pool = PgPoolOptions::new().max_connections(4).connect_lazy_with(options);
    let seed: u64 = env::var(SEED).unwrap().parse().unwrap();
    let partner: ScopeId = env::var(PARTNER).unwrap().parse().unwrap();
    let world = World::over(pool, seed);
    println!();
    let writers: Vec<_> = (0..UNDER_WAY)
        .map(|writer| tokio::spawn(write_for_ever(world.clone(), partner, seed, writer)))
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
}

async fn write_for_ever(world: World, partner: ScopeId, seed: u64, writer: usize) {
    for number in 0_u64.. {
        let unit = world.org_unit(partner, &format!("c{seed}-{writer}-{number}")).await;
        let (org, first) = (ScopeId::from(unit.changes[0].id), unit.changes[0].events[0].id);
        say("try", first);
        assert!(matches!(world.submit(unit).await, Verdict::Recorded(_)));
        say("ack", first);
        let unit = world.rename_unit(org, &format!("c{seed}-{writer}-{number}-r")).await;
        let second = unit.changes[0].events[0].id;
        say("try", second);
        assert!(matches!(world.submit(unit).await, Verdict::Recorded(_)));
        say("ack", second);
    }
}

// Listening to children blocks this thread; the ledger's own tasks go on in others, and read what they are sent. A
// backend whose notifications nobody reads would keep the whole server from making and dropping databases.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_before_a_kill_is_there_once() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let random = Random::seeded(9);
    let mut said = Said::default();
    let mut seeds = 100..;
    let mut start = || Writing::start(&world, partner, seeds.next().unwrap());
    let mut children = vec![start(), start()];
    for _ in 0..sized(6, 300) {
        let [one, other] = random.bytes();
        children[0].listen(&mut said, usize::from(one) + 1);
        children[1].listen(&mut said, usize::from(other) + 1);
        children.remove(0).kill(&mut said);
        children.push(start());
    }
    for child in children {
        child.kill(&mut said);
    }
    // Whoever was committing has ended when the lock can be had.
    let mut transaction = world.pool.begin().await.unwrap();
    sqlx::query("SELECT position FROM ledger_head FOR UPDATE").execute(&mut *transaction).await.unwrap();
    transaction.rollback().await.unwrap();

    let stored: Vec<Uuid> =
        sqlx::query_scalar("SELECT event_id FROM events WHERE position > 1 ORDER BY position")
            .fetch_all(&world.pool)
            .await
            .unwrap();
    let mut times = BTreeMap::<Uuid, usize>::new();
    for id in &stored {
        *times.entry(*id).or_default() += 1;
    }
    assert!(said.acknowledged.len() > 1_000, "only {} were acknowledged", said.acknowledged.len());
    for id in &said.acknowledged {
        assert_eq!(times.get(id), Some(&1), "{id} was acknowledged");
    }
    for (id, times) in &times {
        assert_eq!(*times, 1, "{id} is stored more than once");
        assert!(said.tried.contains(id), "{id} was never tried");
    }
    world.end().await;
}
