//! What several aggregates must agree on, they agree on under the ledger's lock.

use crate::world::{World, add, create_org};
use aggregates::api_key::{ApiKey, ApiKeyCommand};
use aggregates::membership::{Membership, MembershipCommand};
use aggregates::org::{Org, OrgCommand};
use aggregates::partner::{Partner, PartnerCommand};
use quarterdeck::ledger::compose::Composer;
use quarterdeck::ledger::unit::{Refusal, Unit, Verdict};
use testing::sized;
use uuid::Uuid;
use values::{Role, ScopeId};

async fn suspend(world: &World, org: ScopeId, membership: Uuid) -> Unit {
    let suspend = MembershipCommand::Suspend { reason: None };
    world.decide::<Membership>(org, membership, suspend).await.unwrap()
}

async fn authority(world: &World, scope: ScopeId) -> i64 {
    let version = sqlx::query_scalar("SELECT authority FROM scopes WHERE org_id = $1").bind(scope.as_uuid());
    version.fetch_one(&world.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_partner_deleted_and_an_org_made_in_it_one_is_refused() {
    let world = World::new().await;
    let other = world.another_writer();
    for round in 0..sized(20, 1_000) {
        let partner = world.partner(&format!("p{round}")).await;
        let delete =
            world.decide::<Partner>(partner, partner.as_uuid(), PartnerCommand::Delete).await.unwrap();
        let create = world.org_unit(partner, "child").await;
        let (deleted, created) = if round % 2 == 0 {
            let deleted = world.submitting(delete);
            (deleted, other.submitting(create))
        } else {
            let created = other.submitting(create);
            (world.submitting(delete), created)
        };
        match (deleted.await.unwrap().unwrap(), created.await.unwrap().unwrap()) {
            (Verdict::Recorded(_), Verdict::Refused(Refusal::NotInPhase { id, phase, .. })) => {
                assert_eq!((id, phase.as_deref()), (partner.as_uuid(), Some("deleted")));
            }
            (Verdict::Refused(Refusal::InUse { by, .. }), Verdict::Recorded(_)) => {
                assert_eq!(by[0].name, "child");
            }
            both => panic!("{both:?}"),
        }
    }
    drop(other);
    world.end().await;
}

#[tokio::test]
async fn parent_and_child_in_one_batch_are_judged_in_their_order() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let delete =
        async || world.decide::<Partner>(partner, partner.as_uuid(), PartnerCommand::Delete).await.unwrap();
    let create = async |name: &str| world.org_unit(partner, name).await;

    let verdicts = world.submit_together(vec![create("a").await, delete().await]).await;
    assert!(matches!(verdicts[0], Ok(Verdict::Recorded(_))), "{verdicts:?}");
    assert!(matches!(verdicts[1], Ok(Verdict::Refused(Refusal::InUse { .. }))), "{verdicts:?}");

    let org: Uuid = sqlx::query_scalar("SELECT id FROM documents WHERE kind = 'Org'")
        .fetch_one(&world.pool)
        .await
        .unwrap();
    world.run::<Org>(ScopeId::from(org), org, OrgCommand::Delete).await.unwrap().recorded();
    let verdicts = world.submit_together(vec![delete().await, create("b").await]).await;
    assert!(matches!(verdicts[0], Ok(Verdict::Recorded(_))), "{verdicts:?}");
    assert!(matches!(verdicts[1], Ok(Verdict::Refused(Refusal::NotInPhase { .. }))), "{verdicts:?}");
    world.end().await;
}

#[tokio::test]
async fn what_waits_for_the_next_batch_is_judged_before_what_came_after_it() {
    let world = World::new().await;
    let (there, gone) = (world.partner("there").await, world.partner("gone").await);
    world.run::<Partner>(gone, gone.as_uuid(), PartnerCommand::Delete).await.unwrap().recorded();
    let restore = world.decide::<Partner>(gone, gone.as_uuid(), PartnerCommand::Restore).await.unwrap();
    let (one, other) = (world.id(), world.id());
    let create = async |org: Uuid, partner, name| {
        world.decide::<Org>(ScopeId::from(org), org, create_org(partner, name)).await.unwrap()
    };
    let units = vec![
        create(one, there, "a").await,
        // Waits for what becomes of the first.
        create(one, gone, "b").await,
        // Waits for what becomes of the name, and needs the partner as it is now.
        create(other, gone, "b").await,
        restore,
    ];
    // Of several senders, each in its turn, the order would be another.
    let sender = ScopeId::from(world.id());
    let units = units.into_iter().map(|unit| Unit { authority: vec![(sender, 0)], ..unit });
    let verdicts = world.submit_together(units.collect()).await;
    assert!(matches!(verdicts[0], Ok(Verdict::Recorded(_))), "{verdicts:?}");
    assert!(matches!(verdicts[1], Ok(Verdict::Stale)), "{verdicts:?}");
    assert!(matches!(verdicts[2], Ok(Verdict::Refused(Refusal::NotInPhase { .. }))), "{verdicts:?}");
    assert!(matches!(verdicts[3], Ok(Verdict::Recorded(_))), "{verdicts:?}");
    world.end().await;
}

#[tokio::test]
async fn a_child_may_be_made_with_its_parent() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let mut unit = world.org_unit(partner, "a").await;
    let (org, membership) = (ScopeId::from(unit.changes[0].id), world.id());
    let mut composer = Composer::new(world.pool.clone());
    let command = add(world.id(), Role::OrgAdmin);
    world.decide_in::<Membership>(&mut composer, org, membership, command).await.unwrap();
    unit.changes.extend(composer.into_changes());
    assert!(matches!(world.submit(unit).await, Verdict::Recorded(_)));
    world.end().await;
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let org = world.org(partner, "a").await;
    let first = world.member(org, partner, Role::OrgAdmin).await;
    let second = world.member(org, partner, Role::OrgAdmin).await;
    world.member(org, partner, Role::OrgReadOnly).await;

    let both = vec![suspend(&world, org, first).await, suspend(&world, org, second).await];
    let verdicts = world.submit_together(both).await;
    assert!(matches!(verdicts[0], Ok(Verdict::Recorded(_))), "{verdicts:?}");
    assert!(matches!(verdicts[1], Ok(Verdict::Refused(Refusal::LastAdministrator))), "{verdicts:?}");

    world.run::<Membership>(org, first, MembershipCommand::Reactivate).await.unwrap().recorded();
    let demote =
        MembershipCommand::Update { first_name: None, last_name: None, roles: [Role::OrgReadOnly].into() };
    world.run::<Membership>(org, second, demote.clone()).await.unwrap().recorded();
    let unit = world.decide::<Membership>(org, first, demote).await.unwrap();
    assert!(matches!(world.submit(unit).await, Verdict::Refused(Refusal::LastAdministrator)));
    world.end().await;
}

#[tokio::test]
async fn a_membership_has_at_most_ten_live_keys() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let org = world.org(partner, "a").await;
    let member = world.member(org, partner, Role::OrgAdmin).await;
    let mut units = vec![];
    for _ in 0..16 {
        units.push(world.key_unit(org, member).await);
    }
    let keys: Vec<Uuid> = units.iter().map(|unit| unit.changes[0].id).collect();
    let verdicts = world.submit_together(units).await;
    let issued = verdicts.iter().filter(|verdict| matches!(verdict, Ok(Verdict::Recorded(_)))).count();
    let too_many = |verdict: &_| matches!(verdict, Ok(Verdict::Refused(Refusal::TooMany { limit: 10 })));
    assert_eq!(
        (issued, verdicts.iter().filter(|verdict| too_many(verdict)).count()),
        (10, 6),
        "{verdicts:?}"
    );

    world.run::<ApiKey>(org, keys[0], ApiKeyCommand::Revoke { reason: None }).await.unwrap().recorded();
    let next = world.key_unit(org, member).await;
    assert!(matches!(world.submit(next).await, Verdict::Recorded(_)));
    let one_more = world.key_unit(org, member).await;
    assert!(matches!(world.submit(one_more).await, Verdict::Refused(Refusal::TooMany { .. })));
    world.end().await;
}

#[tokio::test]
async fn a_suspension_that_missed_a_key_is_planned_again() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let org = world.org(partner, "a").await;
    let member = world.member(org, partner, Role::OrgReadOnly).await;
    let issue = world.key_unit(org, member).await;
    let key = issue.changes[0].id;

    let verdicts = world.submit_together(vec![issue, suspend(&world, org, member).await]).await;
    assert!(matches!(verdicts[0], Ok(Verdict::Recorded(_))), "{verdicts:?}");
    assert!(matches!(verdicts[1], Ok(Verdict::Stale)), "{verdicts:?}");

    let mut unit = suspend(&world, org, member).await;
    let revoke = ApiKeyCommand::Revoke { reason: None };
    unit.changes.extend(world.decide::<ApiKey>(org, key, revoke).await.unwrap().changes);
    let late = world.key_unit(org, member).await;
    let verdicts = world.submit_together(vec![unit, late]).await;
    assert!(matches!(verdicts[0], Ok(Verdict::Recorded(_))), "{verdicts:?}");
    assert!(matches!(verdicts[1], Ok(Verdict::Refused(Refusal::NotInPhase { .. }))), "{verdicts:?}");
    world.end().await;
}

#[tokio::test]
async fn nothing_is_recorded_under_rights_that_have_changed() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let org = world.org(partner, "a").await;
    let under = authority(&world, org).await;
    let by_member = async |name: &str| {
        let unit = world.rename_unit(org, name).await;
        Unit { authority: vec![(org, under)], ..unit }
    };
    assert!(matches!(world.submit(by_member("b").await).await, Verdict::Recorded(_)));

    let reason = crate::world::sealed(Uuid::nil());
    let deactivate =
        world.decide::<Org>(org, org.as_uuid(), OrgCommand::Deactivate { reason }).await.unwrap();
    let mut units = vec![deactivate];
    let elsewhere = world.org_unit(partner, "c").await;
    units.push(Unit {
        authority: vec![(org, under), (partner, authority(&world, partner).await)],
        ..elsewhere
    });
    units.push(by_member("d").await);
    let verdicts = world.submit_together(units).await;
    assert!(matches!(verdicts[0], Ok(Verdict::Recorded(_))), "{verdicts:?}");
    assert!(matches!(verdicts[1], Ok(Verdict::Unauthorized)), "{verdicts:?}");
    assert!(matches!(verdicts[2], Ok(Verdict::Unauthorized)), "{verdicts:?}");
    assert!(authority(&world, org).await > under);
    world.end().await;
}

#[tokio::test]
async fn a_stream_that_has_moved_on_makes_a_unit_stale() {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let org = world.org(partner, "a").await;
    let units = vec![world.rename_unit(org, "b").await, world.rename_unit(org, "c").await];
    let verdicts = world.submit_together(units).await;
    assert!(matches!(verdicts[0], Ok(Verdict::Recorded(_))), "{verdicts:?}");
    assert!(matches!(verdicts[1], Ok(Verdict::Stale)), "{verdicts:?}");
    world.end().await;
}
