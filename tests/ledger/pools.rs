//! Of what there is only so much, no more is held, whoever is first.

use crate::world::{World, name};
use aggregates::facts::{AmountChange, Pool};
use aggregates::profile::Profile;
use aggregates::project::{Project, ProjectCommand, ProjectSpec};
use aggregates::quota::{Quota, Resource};
use quarterdeck::ledger::pools::{PoolChanges, PoolFact, refuses};
use quarterdeck::ledger::unit::{Refusal, Unit, Verdict};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use values::{Quantity, ScopeId};

fn pods(count: u32) -> Quota {
    [(Resource::Pods, Quantity::from_units(count))].into_iter().collect()
}

fn spec(quota: Quota) -> ProjectSpec {
    ProjectSpec { quota, ..ProjectSpec::default() }
}

/// Makes a project with so many pods.
async fn project(world: &World, org: ScopeId, quota: Quota) -> Uuid {
    let id = world.id();
    let create = ProjectCommand::Create {
        name: name("payments"),
        profile: Profile::default(),
        spec: Box::new(spec(quota)),
    };
    world.run::<Project>(org, id, create).await.unwrap().recorded();
    id
}

/// A unit that makes something which holds so many pods of the project, or says anew how many.
async fn holding(world: &World, org: ScopeId, project: Uuid, holder: Uuid, count: Option<u32>) -> Unit {
    let display_name = values::DisplayName::parse(&world.id().to_string()).unwrap();
    let profile = Profile { display_name, ..Profile::default() };
    let name = name(&format!("h{}", holder.simple()));
    let there = world.decide::<Project>(org, holder, ProjectCommand::Restore).await.is_ok();
    let command = if there {
        ProjectCommand::Update { name, profile, spec: Box::default() }
    } else {
        ProjectCommand::Create { name, profile, spec: Box::default() }
    };
    let mut unit = world.decide::<Project>(org, holder, command).await.unwrap();
    let pool = Pool { scope: org, id: project, resource: Resource::Pods };
    unit.changes[0].amounts.push(match count {
        Some(count) => AmountChange::Hold { pool, amount: Quantity::from_units(count) },
        None => AmountChange::Release { pool },
    });
    unit
}

fn exceeded(limit: u32, used: u32, asked: u32) -> Refusal {
    let [limit, used, asked] = [limit, used, asked].map(Quantity::from_units);
    Refusal::QuotaExceeded { resource: Resource::Pods, limit, used, asked }
}

async fn world() -> (World, ScopeId) {
    let world = World::new().await;
    let partner = world.partner("north").await;
    let org = world.org(partner, "acme").await;
    (world, org)
}

/// Holders here are held by no event, so that the check of derived tables would find them.
async fn forget_holdings(world: World) {
    sqlx::query("DELETE FROM pool_holdings").execute(&world.pool).await.unwrap();
    world.end().await;
}

#[track_caller]
fn assert_refused(verdict: &Verdict, refusal: &Refusal) {
    assert!(matches!(verdict, Verdict::Refused(why) if why == refusal), "{verdict:?}");
}

#[tokio::test]
async fn what_is_held_stays_within_what_there_is() {
    let (world, org) = world().await;
    let project = project(&world, org, pods(5)).await;
    let (a, b) = (world.id(), world.id());
    let hold = async |holder, count| {
        let unit = holding(&world, org, project, holder, count).await;
        world.submit(unit).await
    };
    assert!(matches!(hold(a, Some(3)).await, Verdict::Recorded(_)));
    assert_refused(&hold(b, Some(3)).await, &exceeded(5, 3, 3));
    assert!(matches!(hold(b, Some(2)).await, Verdict::Recorded(_)));
    assert_refused(&hold(a, Some(4)).await, &exceeded(5, 2, 4));
    assert!(matches!(hold(b, None).await, Verdict::Recorded(_)));
    assert!(matches!(hold(a, Some(5)).await, Verdict::Recorded(_)));
    forget_holdings(world).await;
}

#[tokio::test]
async fn a_limit_is_not_set_below_what_is_held_and_can_be_lifted() {
    let (world, org) = world().await;
    let project = project(&world, org, pods(5)).await;
    let holder = world.id();
    let unit = holding(&world, org, project, holder, Some(4)).await;
    assert!(matches!(world.submit(unit).await, Verdict::Recorded(_)));
    let set = async |quota| {
        let update = ProjectCommand::Update {
            name: name("payments"),
            profile: Profile::default(),
            spec: Box::new(spec(quota)),
        };
        let unit = world.decide::<Project>(org, project, update).await.unwrap();
        world.submit(unit).await
    };
    assert_refused(&set(pods(3)).await, &exceeded(3, 4, 0));
    assert!(matches!(set(pods(4)).await, Verdict::Recorded(_)));
    assert!(matches!(set(Quota::default()).await, Verdict::Recorded(_)));
    let unit = holding(&world, org, project, holder, Some(1_000)).await;
    assert!(matches!(world.submit(unit).await, Verdict::Recorded(_)));
    assert_refused(&set(pods(4)).await, &exceeded(4, 1_000, 0));
    forget_holdings(world).await;
}

#[tokio::test]
async fn of_two_in_one_batch_the_first_is_served() {
    let (world, org) = world().await;
    let project = project(&world, org, pods(5)).await;
    let first = holding(&world, org, project, world.id(), Some(3)).await;
    let second = holding(&world, org, project, world.id(), Some(3)).await;
    let verdicts = world.submit_together(vec![first, second]).await;
    assert!(matches!(verdicts[0], Ok(Verdict::Recorded(_))), "{verdicts:?}");
    assert_refused(verdicts[1].as_ref().unwrap(), &exceeded(5, 3, 3));
    forget_holdings(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_racers_as_many_win_as_there_is_room_for() {
    let (world, org) = world().await;
    let other = world.another_writer();
    let project = project(&world, org, pods(5)).await;
    let mut racing = vec![];
    for racer in 0..16 {
        let unit = holding(&world, org, project, world.id(), Some(1)).await;
        racing.push(if racer % 2 == 0 { world.submitting(unit) } else { other.submitting(unit) });
    }
    let mut won = 0;
    for one in racing {
        let verdict = one.await.unwrap().unwrap();
        if matches!(verdict, Verdict::Recorded(_)) {
            won += 1;
        } else {
            assert_refused(&verdict, &exceeded(5, 5, 1));
        }
    }
    assert_eq!(won, 5);
    drop(other);
    forget_holdings(world).await;
}

#[test]
fn a_unit_may_exchange_what_it_holds_as_a_whole() {
    let scope = ScopeId::from(Uuid::from_u128(1));
    let pool = Pool { scope, id: Uuid::from_u128(2), resource: Resource::MemoryRequests };
    let giga = |text: &str| Quantity::parse(text).unwrap().as_nanos();
    let own = HashMap::from([(Uuid::from_u128(3), giga("3Gi"))]);
    let fact = PoolFact { at_most: Some(giga("4Gi")), held: giga("4Gi"), own };
    let facts = BTreeMap::from([(pool, fact)]);
    let unit = |amounts| {
        let change = quarterdeck::ledger::unit::Change {
            aggregate_type: "namespace",
            id: Uuid::from_u128(3),
            scope,
            version: 1,
            events: vec![],
            claims: vec![],
            references: vec![],
            requirements: vec![],
            amounts,
            changes_authority: vec![],
            document: None,
        };
        Unit { changes: vec![change], ..Unit::default() }
    };
    let hold = |text: &str| AmountChange::Hold { pool, amount: Quantity::parse(text).unwrap() };
    assert_eq!(refuses(&unit(vec![]), &facts), None);
    assert_eq!(refuses(&unit(vec![hold("9Gi"), hold("3Gi")]), &facts), None, "the last word counts");
    let Some(Refusal::QuotaExceeded { limit, used, asked, .. }) = refuses(&unit(vec![hold("3.5Gi")]), &facts)
    else {
        panic!("not refused");
    };
    assert_eq!([limit, used, asked].map(|amount| amount.to_string()), ["4Gi", "1Gi", "3584Mi"]);
    assert!(PoolChanges::of(&unit(vec![])).is_empty());
}
