//! Many writers at once: whoever follows by position sees every event, once and in order.

use crate::world::{World, rename};
use aggregates::org::{Org, OrgCommand};
use quarterdeck::ledger::reader::{Reader, head, head_of_scope};
use quarterdeck::ledger::unit::{Refusal, Unit, Verdict};
use quarterdeck::ledger::{Ledger, LedgerError};
use serde::ser::Error;
use sqlx::PgPool;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use testing::sized;
use uuid::Uuid;
use values::ScopeId;

const WRITERS: usize = 24;

/// What one writer was told.
#[derive(Default)]
struct Told {
    recorded: Vec<Uuid>,
    not_recorded: Vec<Uuid>,
    names_taken: usize,
    lost_races: usize,
}

impl Told {
    async fn submit(&mut self, world: &World, unit: Unit) {
        let events: Vec<Uuid> =
            unit.changes.iter().flat_map(|change| &change.events).map(|event| event.id).collect();
        match world.ledger.submit(unit).await {
            Ok(Verdict::Recorded(_)) => return self.recorded.extend(events),
            Ok(Verdict::Refused(Refusal::Claimed { .. })) => self.names_taken += 1,
            Ok(Verdict::Stale) => self.lost_races += 1,
            Err(LedgerError::Broken(_)) => {}
            other => panic!("{other:?}"),
        }
        self.not_recorded.extend(events);
    }
}

/// Makes orgs, renames its own and one that all share, takes names that others want, and breaks now and then.
async fn write(world: World, writer: usize, partner: ScopeId, shared: ScopeId, rounds: usize) -> Told {
    let mut told = Told::default();
    for round in 0..rounds {
        // A row with a number from a sequence, committed when the command has been answered.
        let mut naive = world.pool.begin().await.unwrap();
        sqlx::query("INSERT INTO naive DEFAULT VALUES").execute(&mut *naive).await.unwrap();

        let own = world.org_unit(partner, &format!("w{writer}-{round}")).await;
        let org = ScopeId::from(own.changes[0].id);
        told.submit(&world, own).await;
        told.submit(&world, world.rename_unit(shared, &format!("s{writer}-{round}")).await).await;
        told.submit(&world, world.org_unit(partner, &format!("wanted-{}", round % 3)).await).await;
        let renamed = world.decide::<Org>(org, org.as_uuid(), rename(&format!("wanted-{}", round % 5))).await;
        told.submit(&world, renamed.unwrap()).await;
        if round % 4 == 0 {
            let mut broken = world.org_unit(partner, &format!("b{writer}-{round}")).await;
            let document = broken.changes[0].document.as_mut().unwrap();
            document.render = Box::new(|_| Err(serde_json::Error::custom("no such document")));
            told.submit(&world, broken).await;
        }
        let delete = world.decide::<Org>(org, org.as_uuid(), OrgCommand::Delete).await.unwrap();
        told.submit(&world, delete).await;
        naive.commit().await.unwrap();
    }
    told
}

/// Follows the ledger by position until everything is written.
async fn follow(pool: PgPool, ledger: Ledger, written: Arc<AtomicBool>) -> Vec<Uuid> {
    let mut grew = ledger.head().follow();
    drop(ledger);
    let mut db = pool.acquire().await.unwrap();
    let (mut reader, mut seen) = (Reader::new(0, 0), vec![]);
    loop {
        let last_time = written.load(Ordering::SeqCst);
        reader.extend(head(&mut db).await.unwrap().0);
        while let Some(event) = reader.next(&mut db).await.unwrap() {
            seen.push(event.event_id);
        }
        if last_time {
            return seen;
        }
        // The one who writes last tells, too.
        let _ = grew.changed().await;
    }
}

/// Remembers the last number it saw and asks for greater ones, as one would.
async fn follow_naively(pool: PgPool, written: Arc<AtomicBool>) -> usize {
    let (mut last, mut seen) = (0_i64, 0);
    loop {
        let last_time = written.load(Ordering::SeqCst);
        let rows: Vec<i64> = sqlx::query_scalar("SELECT id FROM naive WHERE id > $1 ORDER BY id")
            .bind(last)
            .fetch_all(&pool)
            .await
            .unwrap();
        last = rows.last().copied().unwrap_or(last);
        seen += rows.len();
        if last_time {
            return seen;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_follower_by_position_loses_nothing_where_one_by_sequence_does() {
    let rounds = sized(8, 150);
    let world = World::with_connections(3 * u32::try_from(WRITERS).unwrap()).await;
    let other = world.another_writer();
    sqlx::query("CREATE TABLE naive (id bigserial PRIMARY KEY)").execute(&world.pool).await.unwrap();
    let partner = world.partner("acme").await;
    let shared = world.org(partner, "shared").await;

    let written = Arc::new(AtomicBool::new(false));
    let ours = tokio::spawn(follow(world.pool.clone(), world.ledger.clone(), Arc::clone(&written)));
    let naive = tokio::spawn(follow_naively(world.pool.clone(), Arc::clone(&written)));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let world = if writer % 2 == 0 { &world } else { &other }.clone();
            tokio::spawn(write(world, writer, partner, shared, rounds))
        })
        .collect();
    let mut told = Told::default();
    for writer in writers {
        let one = writer.await.unwrap();
        told.recorded.extend(one.recorded);
        told.not_recorded.extend(one.not_recorded);
        told.names_taken += one.names_taken;
        told.lost_races += one.lost_races;
    }
    written.store(true, Ordering::SeqCst);
    // Wakes the follower, should it wait for news.
    world.org(partner, "last").await;
    let (seen, naive_saw) = (ours.await.unwrap(), naive.await.unwrap());

    assert!(told.names_taken > 0 && told.lost_races > 0, "nobody raced");
    let stored: Vec<Uuid> = sqlx::query_scalar("SELECT event_id FROM events ORDER BY position")
        .fetch_all(&world.pool)
        .await
        .unwrap();
    let times = stored.iter().fold(BTreeMap::<Uuid, usize>::new(), |mut times, id| {
        *times.entry(*id).or_default() += 1;
        times
    });
    assert!(told.recorded.iter().all(|id| times.get(id) == Some(&1)), "acknowledged, and not stored once");
    assert!(told.not_recorded.iter().all(|id| !times.contains_key(id)), "refused, and stored");
    assert_eq!(stored.len(), told.recorded.len() + 3, "stored, and acknowledged to nobody");
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "seen twice");
    assert!(stored.starts_with(&seen) && stored.len() - seen.len() <= 1, "not seen, or out of order");

    let rows = WRITERS * rounds;
    assert!(naive_saw < rows, "a naive reader lost none of {rows} rows: the writers do not overlap");

    each_scope_is_dense(&world, partner).await;
    drop(other);
    world.end().await;
}

async fn each_scope_is_dense(world: &World, partner: ScopeId) {
    let mut db = world.pool.acquire().await.unwrap();
    let until = head_of_scope(&mut db, partner).await.unwrap();
    let mut reader = Reader::of_scope(partner, 0, until);
    while let Some(event) = reader.next(&mut db).await.unwrap() {
        assert_eq!(event.org_id, partner.as_uuid());
    }
    assert_eq!(reader.position(), until);
}
