//! A command that is sent again is answered again, and done once.

use crate::world::{World, idempotency};
use quarterdeck::ledger::admission::{Judgement, admit};
use quarterdeck::ledger::probe::Facts;
use quarterdeck::ledger::unit::{Refusal, Reply, Unit, Verdict};
use testing::sized;
use values::ScopeId;

#[tokio::test(flavor = "multi_thread")]
async fn of_64_units_with_one_key_one_is_recorded_and_all_are_answered_alike() {
    let world = World::new().await;
    let other = world.another_writer();
    let partner = world.partner("acme").await;
    for round in 0..sized(3, 100) {
        let key = format!("key-{round}");
        let mut units = vec![];
        for racer in 0..64 {
            let unit = world.org_unit(partner, &format!("r{round}-{racer}")).await;
            units.push(Unit { idempotency: Some(idempotency(partner, &key, 1)), ..unit });
        }
        let before = world.events().await;
        let racing: Vec<_> = units
            .into_iter()
            .enumerate()
            .map(|(racer, unit)| if racer % 2 == 0 { &world } else { &other }.submitting(unit))
            .collect();
        let (mut recorded, mut replayed) = (vec![], vec![]);
        for racer in racing {
            match racer.await.unwrap().unwrap() {
                Verdict::Recorded(it) => recorded.push(it),
                Verdict::Replayed(it) => replayed.push(it),
                verdict @ (Verdict::Refused(_) | Verdict::Stale | Verdict::Unauthorized) => {
                    panic!("{verdict:?}")
                }
            }
        }
        assert_eq!((recorded.len(), replayed.len()), (1, 63));
        assert_eq!(world.events().await, before + 1);
        let document = recorded[0].document.as_ref().unwrap();
        for reply in &replayed {
            assert_eq!(reply, &replayed[0]);
            assert_eq!(reply.document, Some((document.id, document.version)));
            assert_eq!((reply.status, reply.position), (200, recorded[0].scope_position));
        }
    }
    drop(other);
    world.end().await;
}

#[tokio::test]
async fn a_key_that_was_used_for_something_else_is_refused() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let ask = async |scope: ScopeId, name: &str, asked: u8| {
        let unit = world.org_unit(partner, name).await;
        world.submit(Unit { idempotency: Some(idempotency(scope, "key", asked)), ..unit }).await
    };
    assert!(matches!(ask(partner, "one", 1).await, Verdict::Recorded(_)));
    assert!(matches!(ask(partner, "two", 2).await, Verdict::Refused(Refusal::KeyReused)));
    assert!(matches!(ask(partner, "three", 1).await, Verdict::Replayed(_)), "the refusal was not kept");
    assert!(
        matches!(ask(ScopeId::PLATFORM, "four", 2).await, Verdict::Recorded(_)),
        "a key is its scope's own"
    );
    world.end().await;
}

#[tokio::test]
async fn a_refusal_is_kept_and_answered_again() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let holder = world.org(partner, "taken").await;
    let ask = async || {
        let unit = world.org_unit(partner, "taken").await;
        world.submit(Unit { idempotency: Some(idempotency(partner, "key", 1)), ..unit }).await
    };
    let Verdict::Refused(refusal) = ask().await else { panic!("a taken name was given again") };
    world.submit(world.rename_unit(holder, "other").await).await;
    let Verdict::Replayed(reply) = ask().await else { panic!("a kept refusal was forgotten") };
    assert_eq!((reply.status, reply.refusal, reply.document), (409, Some(refusal), None));
    world.end().await;
}

#[tokio::test]
async fn equal_keys_in_one_batch_are_judged_one_after_the_other() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let mut units = vec![];
    for (name, asked) in [("one", 1), ("two", 1), ("three", 2), ("four", 1)] {
        let unit = world.org_unit(partner, name).await;
        units.push(Unit { idempotency: Some(idempotency(partner, "key", asked)), ..unit });
    }
    let verdicts: Vec<_> = world.submit_together(units).await.into_iter().map(Result::unwrap).collect();
    assert!(
        matches!(
            &verdicts[..],
            [
                Verdict::Recorded(_),
                Verdict::Replayed(_),
                Verdict::Refused(Refusal::KeyReused),
                Verdict::Replayed(_)
            ]
        ),
        "{verdicts:?}"
    );
    world.end().await;
}

#[tokio::test]
async fn a_command_that_changes_nothing_is_kept_too() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let org = world.org(partner, "same").await;
    for _ in 0..2 {
        let unit = world.rename_unit(org, "same").await;
        assert!(unit.changes.is_empty());
        let verdict = world.submit(Unit { idempotency: Some(idempotency(partner, "key", 1)), ..unit }).await;
        match verdict {
            Verdict::Recorded(recorded) => assert_eq!((recorded.position, recorded.document), (2, None)),
            Verdict::Replayed(reply) => assert_eq!(reply.document, Some((org.as_uuid(), 1))),
            Verdict::Refused(_) | Verdict::Stale | Verdict::Unauthorized => panic!("{verdict:?}"),
        }
    }
    assert_eq!(world.events().await, 2);
    world.end().await;
}

#[tokio::test]
async fn many_replays_need_no_batch_each() {
    let world = World::new().await;
    let unit = || Unit { idempotency: Some(idempotency(ScopeId::PLATFORM, "key", 1)), ..world.unit() };
    let mut facts = Facts::default();
    let kept = Reply { status: 200, document: None, position: 1, refusal: None, body: None };
    facts.replies.insert((ScopeId::PLATFORM, "caller".to_owned(), "key".to_owned()), ([1; 32], kept));
    for judgement in admit(&[unit(), unit(), unit()], &facts) {
        assert!(matches!(judgement, Judgement::Decided(Verdict::Replayed(_))), "{judgement:?}");
    }
    world.end().await;
}
