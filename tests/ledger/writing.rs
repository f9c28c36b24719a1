//! Each unit gets its own answer, whatever else is in its batch and whoever has stopped waiting.

use crate::world::World;
use quarterdeck::ledger::reader::{Reader, head};
use quarterdeck::ledger::unit::{Unit, Verdict};
use quarterdeck::ledger::{LedgerError, verify::Verified};
use serde::ser::Error;
use testing::sized;
use values::ScopeId;

/// What the queue holds before units are turned away.
const QUEUE: usize = 2_048;

async fn orgs(world: &World, partner: ScopeId, count: usize) -> Vec<Unit> {
    let mut units = vec![];
    for number in 0..count {
        units.push(world.org_unit(partner, &format!("o{number}")).await);
    }
    units
}

#[tokio::test]
async fn a_unit_that_cannot_be_rendered_fails_alone() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let mut units = orgs(&world, partner, 200).await;
    let document = units[77].changes[0].document.as_mut().unwrap();
    document.render = Box::new(|_| Err(serde_json::Error::custom("no such document")));

    for (number, verdict) in world.submit_together(units).await.into_iter().enumerate() {
        if number == 77 {
            assert!(matches!(verdict, Err(LedgerError::Broken(_))), "{verdict:?}");
        } else {
            assert!(matches!(verdict, Ok(Verdict::Recorded(_))), "{number}: {verdict:?}");
        }
    }
    assert_eq!(world.events().await, 200);
    world.end().await;
}

#[tokio::test]
async fn a_unit_that_the_database_refuses_fails_alone() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let mut units = orgs(&world, partner, 200).await;
    units[123].changes[0].events[0].payload = "{\"cut\":".to_owned();
    units[124].metadata.insert("clientVersion", "\0".repeat(3));

    for (number, verdict) in world.submit_together(units).await.into_iter().enumerate() {
        if number == 123 {
            assert!(matches!(verdict, Err(LedgerError::Unavailable(_))), "{verdict:?}");
        } else {
            assert!(matches!(verdict, Ok(Verdict::Recorded(_))), "{number}: {verdict:?}");
        }
    }
    assert_eq!(world.events().await, 200);
    world.end().await;
}

#[tokio::test]
async fn a_refused_unit_in_a_full_batch_gets_its_own_reason() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    world.org(partner, "taken").await;
    let mut units = orgs(&world, partner, 200).await;
    units[50] = world.org_unit(partner, "taken").await;
    for (number, verdict) in world.submit_together(units).await.into_iter().enumerate() {
        let is_right = match verdict {
            Ok(Verdict::Recorded(ref recorded)) => {
                number != 50 && recorded.document.as_ref().unwrap().json.contains(&format!("\"o{number}\""))
            }
            Ok(Verdict::Refused(_)) => number == 50,
            _ => false,
        };
        assert!(is_right, "{number}: {verdict:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_unit_is_recorded_also_when_nobody_waits_any_more() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let held = world.hold().await;
    let units = orgs(&world, partner, 20).await;
    for unit in units {
        let mut waiting = Box::pin(world.ledger.submit(unit));
        assert!(futures::poll!(&mut waiting).is_pending());
        drop(waiting);
    }
    held.release().await;
    world.submit(world.org_unit(partner, "last").await).await;
    assert_eq!(world.events().await, 22);
    world.end().await;
}

/// A unit of somebody who has sent none before.
fn by_another(world: &World) -> Unit {
    Unit { authority: vec![(ScopeId::from(world.id()), 0)], ..world.unit() }
}

#[tokio::test]
async fn one_sender_alone_fills_half_the_queue_and_others_get_in() {
    let world = World::new().await;
    let held = world.hold().await;
    let loud = (0..QUEUE).map(|_| world.ledger.submit(world.unit()));
    let mut loud = Box::pin(futures::future::join_all(loud));
    assert!(futures::poll!(&mut loud).is_pending());
    assert!(matches!(world.ledger.submit(world.unit()).await, Err(LedgerError::Overloaded)));
    let mut others =
        Box::pin(futures::future::join_all((0..100).map(|_| world.ledger.submit(by_another(&world)))));
    assert!(futures::poll!(&mut others).is_pending());
    held.release().await;
    // A batch takes one of each in turn: the first one that goes has all the others in it.
    assert!(others.await.into_iter().all(|verdict| matches!(verdict, Ok(Verdict::Recorded(_)))));
    let loud = loud.await;
    let turned_away = loud.iter().filter(|verdict| matches!(verdict, Err(LedgerError::Overloaded))).count();
    assert_eq!((loud.len(), turned_away), (QUEUE, QUEUE / 2));
    world.end().await;
}

#[tokio::test]
async fn a_batch_that_was_judged_before_the_head_moved_is_judged_again() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    for name in ["a", "b"] {
        world.org(partner, name).await;
    }
    let mut holder = world.pool.begin().await.unwrap();
    // Whoever reads as of a time raises the floor to it.
    let floor: i64 = sqlx::query_scalar(
        "UPDATE ledger_head SET recorded_at = recorded_at + 1000000 RETURNING recorded_at",
    )
    .fetch_one(&mut *holder)
    .await
    .unwrap();
    let submitted = world.submitting(world.org_unit(partner, "c").await);
    world.until_somebody_waits().await;
    holder.commit().await.unwrap();
    let Verdict::Recorded(recorded) = submitted.await.unwrap().unwrap() else {
        panic!("nothing was in its way")
    };
    assert!(recorded.recorded_at > floor);
    assert_eq!(world.events().await, 4);
    world.end().await;
}

#[tokio::test]
async fn a_full_queue_turns_units_away_and_loses_none_of_the_others() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let real = orgs(&world, partner, 100).await;
    let held = world.hold().await;
    let fill = (real.len()..QUEUE).map(|_| by_another(&world));
    let mut all = Box::pin(futures::future::join_all(
        real.into_iter().chain(fill).map(|unit| world.ledger.submit(unit)),
    ));
    assert!(futures::poll!(&mut all).is_pending());
    for _ in 0..3 {
        assert!(matches!(world.ledger.submit(by_another(&world)).await, Err(LedgerError::Overloaded)));
    }
    held.release().await;
    for verdict in all.await {
        assert!(matches!(verdict, Ok(Verdict::Recorded(_))), "{verdict:?}");
    }
    assert_eq!(world.events().await, 101);
    assert!(matches!(world.submit(world.unit()).await, Verdict::Recorded(_)));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_is_enough() {
    let world = World::with_connections(1).await;
    let partner = world.partner("acme").await;
    let mut submitted = vec![];
    for unit in orgs(&world, partner, sized(50, 1_000)).await {
        submitted.push(world.submitting(unit));
        let dry = world.org_unit(partner, "dry").await;
        assert!(matches!(world.ledger.judge(dry).await, Ok((Verdict::Recorded(_), _))));
    }
    for unit in submitted {
        assert!(matches!(unit.await.unwrap(), Ok(Verdict::Recorded(_))));
    }
    world.end().await;
}

#[tokio::test]
async fn a_dry_run_says_what_would_become_of_a_unit_and_records_nothing() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let unit = world.org_unit(partner, "a").await;
    let (Verdict::Recorded(would_be), position) = world.ledger.judge(unit).await.unwrap() else {
        panic!("a free name was refused")
    };
    assert_eq!((position, would_be.position, would_be.scope_position, would_be.events.len()), (1, 2, 1, 1));
    assert_eq!(world.events().await, 1);

    world.org(partner, "a").await;
    let unit = world.org_unit(partner, "a").await;
    assert!(matches!(world.ledger.judge(unit).await, Ok((Verdict::Refused(_), 2))));
    world.end().await;
}

#[tokio::test]
async fn time_goes_on_in_the_ledger_when_the_clock_is_set_back() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let org = world.org(partner, "a").await;
    for (number, hours) in [-1, 1, 0, -2].into_iter().enumerate() {
        world.clock.advance_micros(hours * 3_600_000_000);
        world.submit(world.rename_unit(org, &format!("n{number}")).await).await;
    }
    let mut db = world.pool.acquire().await.unwrap();
    let (until, recorded_at) = head(&mut db).await.unwrap();
    let mut reader = Reader::new(0, until);
    let mut last = 0;
    while let Some(event) = reader.next(&mut db).await.unwrap() {
        assert!(event.recorded_at > last, "{} comes after {last}", event.recorded_at);
        last = event.recorded_at;
    }
    assert_eq!((until, last), (6, recorded_at));
    drop(db);
    assert!(matches!(world.end().await, Verified::Fine(report) if report.events == 6));
}

#[tokio::test]
async fn all_units_of_a_batch_share_one_moment_and_batches_do_not() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let units = orgs(&world, partner, 100).await;
    let verdicts = world.submit_together(units).await;
    let moments: std::collections::BTreeSet<i64> = verdicts
        .into_iter()
        .map(|verdict| match verdict {
            Ok(Verdict::Recorded(recorded)) => recorded.recorded_at,
            verdict => panic!("{verdict:?}"),
        })
        .collect();
    assert_eq!(moments.len(), 1);
    world.end().await;
}
