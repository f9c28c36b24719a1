//! A name has one holder.

use crate::world::{World, rename};
use aggregates::org::{Org, OrgCommand};
use quarterdeck::ledger::LedgerError;
use quarterdeck::ledger::compose::Composer;
use quarterdeck::ledger::unit::{Refusal, Unit, Verdict};
use testing::sized;
use uuid::Uuid;

fn holder(verdict: &Result<Verdict, LedgerError>) -> Option<Uuid> {
    match verdict {
        Ok(Verdict::Refused(Refusal::Claimed { holder, .. })) => Some(*holder),
        _ => None,
    }
}

const fn is_recorded(verdict: &Result<Verdict, LedgerError>) -> bool {
    matches!(verdict, Ok(Verdict::Recorded(_)))
}

#[tokio::test(flavor = "multi_thread")]
async fn of_32_racers_for_one_name_one_wins() {
    let world = World::new().await;
    let other = world.another_writer();
    let partner = world.partner("acme").await;
    for round in 0..sized(5, 200) {
        let mut units = vec![];
        for _ in 0..32 {
            units.push(world.org_unit(partner, &format!("wanted-{round}")).await);
        }
        let ids: Vec<Uuid> = units.iter().map(|unit| unit.changes[0].id).collect();
        let racing: Vec<_> = units
            .into_iter()
            .enumerate()
            .map(|(racer, unit)| if racer % 2 == 0 { &world } else { &other }.submitting(unit))
            .collect();
        let mut verdicts = vec![];
        for racer in racing {
            verdicts.push(racer.await.unwrap());
        }
        let winner = verdicts.iter().position(is_recorded).expect("nobody won");
        for (racer, verdict) in verdicts.iter().enumerate().filter(|(racer, _)| *racer != winner) {
            assert_eq!(holder(verdict), Some(ids[winner]), "racer {racer}: {verdict:?}");
        }
    }
    drop(other);
    world.end().await;
}

#[tokio::test]
async fn two_orgs_swap_their_names_in_one_unit_and_in_no_two() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let (a, b) = (world.org(partner, "a").await, world.org(partner, "b").await);

    let units = vec![world.rename_unit(a, "b").await, world.rename_unit(b, "a").await];
    let verdicts = world.submit_together(units).await;
    assert_eq!(holder(&verdicts[0]), Some(b.as_uuid()));
    assert_eq!(holder(&verdicts[1]), Some(a.as_uuid()));

    let mut composer = Composer::new(world.pool.clone());
    world.decide_in::<Org>(&mut composer, a, a.as_uuid(), rename("b")).await.unwrap();
    world.decide_in::<Org>(&mut composer, b, b.as_uuid(), rename("a")).await.unwrap();
    let swap = Unit { changes: composer.into_changes(), ..world.unit() };
    let verdicts = world.submit_together(vec![swap, world.org_unit(partner, "a").await]).await;
    assert!(is_recorded(&verdicts[0]), "{verdicts:?}");
    assert_eq!(holder(&verdicts[1]), Some(b.as_uuid()));
    world.end().await;
}

#[tokio::test]
async fn a_name_that_is_given_up_is_free_for_the_next_in_the_same_batch() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let first = world.org(partner, "a").await;
    let delete = world.decide::<Org>(first, first.as_uuid(), OrgCommand::Delete).await.unwrap();
    let units = vec![delete, world.org_unit(partner, "a").await, world.org_unit(partner, "a").await];
    let second = units[1].changes[0].id;
    let verdicts = world.submit_together(units).await;
    assert!(is_recorded(&verdicts[0]) && is_recorded(&verdicts[1]), "{verdicts:?}");
    assert_eq!(holder(&verdicts[2]), Some(second));

    let restore = world.decide::<Org>(first, first.as_uuid(), OrgCommand::Restore).await.unwrap();
    assert_eq!(holder(&world.ledger.submit(restore).await), Some(second));
    world.end().await;
}

#[tokio::test]
async fn a_unit_that_loses_its_second_name_has_not_taken_its_first() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let taken = world.org(partner, "taken").await;

    let mut both = world.org_unit(partner, "wanted").await;
    both.changes.extend(world.org_unit(partner, "taken").await.changes);
    let next = world.org_unit(partner, "wanted").await;
    let verdicts = world.submit_together(vec![both, next]).await;
    assert_eq!(holder(&verdicts[0]), Some(taken.as_uuid()));
    assert!(is_recorded(&verdicts[1]), "{verdicts:?}");
    world.end().await;
}

#[tokio::test]
async fn who_wants_what_the_one_in_front_took_is_told_by_whom() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let org = world.org(partner, "old").await;
    let units = vec![
        world.rename_unit(org, "new").await,
        world.org_unit(partner, "new").await,
        world.org_unit(partner, "old").await,
    ];
    let verdicts = world.submit_together(units).await;
    assert!(is_recorded(&verdicts[0]) && is_recorded(&verdicts[2]), "{verdicts:?}");
    assert_eq!(holder(&verdicts[1]), Some(org.as_uuid()));
    world.end().await;
}
