//! The signer: when it signs, what it keeps outside the database, and when it refuses.

use crate::world::{World, public_keys};
use quarterdeck::ledger::merkle::{root_of, verify_consistency};
use quarterdeck::ledger::proofs::{Checkpoints, Room, Signed, Tree};
use serde_json::json;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// Everything that was signed and is kept outside the database.
fn kept(world: &World) -> Vec<Signed> {
    let mut all = vec![];
    let shelf = world.service.app.checkpoints.shelf();
    shelf.notes(|note| all.push(world.read(note))).unwrap();
    all
}

fn of_installation(all: &[Signed]) -> Vec<&Signed> {
    all.iter().filter(|signed| signed.origin.tree == Tree::Installation).collect()
}

async fn number(world: &World, sql: &str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&world.service.app.pool).await.unwrap()
}

#[tokio::test]
async fn a_checkpoint_is_due_after_ten_seconds_or_a_thousand_events() {
    let world = World::new().await;
    let checkpoints = &world.service.app.checkpoints;
    assert!(checkpoints.tick(false).await.unwrap());
    assert!(!checkpoints.tick(false).await.unwrap(), "nothing has happened");
    world.projects(0..1).await;
    world.service.clock.advance_micros(9_000_000);
    assert!(!checkpoints.tick(false).await.unwrap(), "not yet");
    world.service.clock.advance_micros(1_000_000);
    assert!(checkpoints.tick(false).await.unwrap());
    world.projects(1..1_001).await;
    assert!(checkpoints.tick(false).await.unwrap(), "a thousand events are enough");

    let all = kept(&world);
    let of_all = of_installation(&all);
    assert_eq!(of_all.len(), 3);
    for pair in of_all.windows(2) {
        assert!(pair[1].size - pair[0].size <= 1_000);
        assert_eq!(pair[1].previous, Some(pair[0].hash()), "each names the one before");
    }
    // The platform, the partner and the org at first; then only the org changes.
    assert_eq!(all.len() - of_all.len(), 3 + 1 + 1);
}

#[tokio::test]
async fn of_many_scopes_that_change_a_few_are_signed_at_a_time() {
    let world = World::new().await;
    let checkpoints = &world.service.app.checkpoints;
    while checkpoints.tick(true).await.unwrap() {}
    let of_scopes = || {
        let all = kept(&world);
        all.len() - of_installation(&all).len()
    };
    let before = of_scopes();
    for number in 0..40 {
        let org = json!({ "metadata": { "name": format!("o{number}") }, "spec": {} });
        let _ = world.service.operator().post("/v1/orgs", org).await.is(201);
    }
    world.service.clock.advance_micros(10_000_000);
    assert!(checkpoints.tick(false).await.unwrap());
    assert_eq!(of_scopes() - before, 32);
    while checkpoints.tick(false).await.unwrap() {}
    assert!(of_scopes() - before >= 40);
}

#[tokio::test]
async fn what_is_kept_outside_is_the_ledger() {
    let world = World::new().await;
    world.projects(0..20).await;
    world.service.app.checkpoints.tick(true).await.unwrap();
    world.projects(20..30).await;
    world.service.app.checkpoints.tick(true).await.unwrap();
    let all = kept(&world);
    let newest = of_installation(&all).pop().unwrap();
    assert_eq!(newest.size, number(&world, "SELECT position FROM ledger_head").await.unsigned_abs());
    let leaves = world.service.app.checkpoints.shelf().leaves(1).unwrap().unwrap();
    assert_eq!((leaves.first, leaves.end()), (1, newest.size + 1));
    assert_eq!(root_of(leaves.read().unwrap().map(Result::unwrap)), newest.root);
}

#[tokio::test]
async fn a_process_that_starts_goes_on_from_what_is_kept() {
    let world = World::new().await;
    let first = world.checkpoint().await;
    world.projects(0..1).await;
    // Not even the copies in the database are there any more.
    let mut superuser = world.superuser().await;
    sqlx::raw_sql("DELETE FROM checkpoints; DELETE FROM leases").execute(&mut superuser).await.unwrap();
    let replica = world.service.replica();
    let second = replica.client(&world.admin).get(&format!("{}/ledger/checkpoint", world.org)).await.is(200);
    let second = world.read(std::str::from_utf8(&second.bytes).unwrap());
    assert_eq!((second.size, second.previous), (first.size + 1, Some(first.hash())));
}

#[tokio::test]
async fn nothing_is_signed_when_the_ledger_went_backwards() {
    let world = World::new().await;
    world.projects(0..3).await;
    world.service.app.checkpoints.tick(true).await.unwrap();
    let before = kept(&world).len();
    let mut superuser = world.superuser().await;
    sqlx::raw_sql(
        "DELETE FROM events WHERE position = (SELECT max(position) FROM events); \
         UPDATE ledger_head SET position = position - 1; \
         UPDATE scopes SET position = position - 1 WHERE position = (SELECT max(position) FROM scopes); \
         DELETE FROM checkpoints",
    )
    .execute(&mut superuser)
    .await
    .unwrap();
    let refused = world.service.app.checkpoints.tick(false).await.unwrap_err();
    assert!(refused.to_string().contains("is missing"), "{refused}");
    assert_eq!(world.get("checkpoint").await.is(409).code(), "ledger_rewritten");
    assert_eq!(kept(&world).len(), before);
}

#[tokio::test]
async fn nothing_is_signed_when_the_past_was_changed() {
    let world = World::new().await;
    world.projects(0..3).await;
    let before = world.checkpoint().await;
    let mut superuser = world.superuser().await;
    sqlx::raw_sql("UPDATE events SET leaf = sha256('x') WHERE org_position = 2")
        .execute(&mut superuser)
        .await
        .unwrap();
    world.projects(3..4).await;
    let refused = world.get("checkpoint").await.is(409);
    assert_eq!(refused.code(), "ledger_rewritten");
    assert!(refused.json["detail"].as_str().unwrap().contains(&format!("up to {}", before.size)));
    world.service.clock.advance_micros(10_000_000);
    assert!(
        world
            .service
            .app
            .checkpoints
            .tick(false)
            .await
            .unwrap_err()
            .to_string()
            .contains("is not what was signed")
    );
}

#[tokio::test]
async fn a_checkpoint_in_the_database_that_nobody_signed_is_not_shown() {
    let world = World::new().await;
    let signed = world.checkpoint().await;
    let mut superuser = world.superuser().await;
    sqlx::raw_sql("UPDATE checkpoints SET note = replace(note, 'time 2026', 'time 2027')")
        .execute(&mut superuser)
        .await
        .unwrap();
    let again = world.checkpoint().await;
    assert_eq!((again.size, again.root, again.previous), (signed.size, signed.root, Some(signed.hash())));
}

#[tokio::test]
async fn one_process_signs_for_all() {
    let world = World::new().await;
    let app = &world.service.app;
    world.checkpoint().await;
    // Another one, whose files are elsewhere.
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Arc::new(signer_in(&world, elsewhere.path()));
    world.projects(0..1).await;
    let org = world.org.rsplit('/').next().unwrap().parse::<Uuid>().unwrap();
    let head = world.head().await;
    let asking = tokio::spawn({
        let other = Arc::clone(&other);
        async move { other.covering(org.into(), head).await }
    });
    while number(&world, "SELECT count(*) FROM checkpoint_requests").await == 0 {
        tokio::task::yield_now().await;
    }
    assert!(app.checkpoints.tick(false).await.unwrap(), "this one has the lease");
    assert_eq!(asking.await.unwrap().unwrap().size, head);
    let mut notes = 0;
    other.shelf().notes(|_| notes += 1).unwrap();
    assert_eq!(notes, 0);

    // When the lease is over the other one signs, and goes on from what the database has.
    world.projects(1..2).await;
    world.service.clock.advance_micros(20_000_000);
    let signed = other.covering(org.into(), head + 1).await.unwrap();
    let before = world.read(&kept(&world).last().unwrap().note);
    assert_eq!(signed.origin.installation, before.origin.installation);
    other.shelf().notes(|note| assert!(Signed::read(note, &public_keys(&app.keyring)).is_ok())).unwrap();
}

/// Another signer of the installation, with files in this directory.
fn signer_in(world: &World, directory: &Path) -> Checkpoints {
    let app = &world.service.app;
    let (pool, keyring, clock) = (app.pool.clone(), Arc::clone(&app.keyring), Arc::clone(&app.clock));
    Checkpoints::new(pool, keyring, clock, Uuid::from_u128(1), directory.to_owned())
}

#[tokio::test]
async fn of_more_scopes_than_there_is_room_for_each_is_signed_and_goes_on_from_its_own() {
    let world = World::new().await;
    let directory = tempfile::tempdir().unwrap();
    // Opened again each time, as after a restart.
    let open = || signer_in(&world, directory.path()).with_room(Room { listed: 4, remembered: 3 });
    let mut opened = open();
    let mut superuser = world.superuser().await;
    let operator = world.service.operator();
    let mut orgs = vec![];
    for number in 0..20 {
        let org = json!({ "metadata": { "name": format!("o{number}") }, "spec": {} });
        orgs.push(operator.post("/v1/orgs", org).await.is(201).id());
    }
    for round in 0..3 {
        while opened.tick(false).await.unwrap() {}
        let signed = number(
            &world,
            "SELECT count(*) FROM scopes s JOIN checkpoints c ON c.org_id = s.org_id AND c.size = s.position",
        );
        assert_eq!(signed.await, 20 + 3, "all, and the world's own platform, partner and org");
        // What the database loses of one is found outside of it, whether the one changes or not.
        let lost = format!("DELETE FROM checkpoints WHERE org_id = '{}'", orgs[round]);
        sqlx::raw_sql(&lost).execute(&mut superuser).await.unwrap();
        for org in &orgs[round + 1..] {
            let renamed = json!({ "metadata": { "displayName": format!("round {round}") } });
            drop(operator.patch(&format!("/v1/orgs/{org}"), &renamed).await.is(200));
        }
        world.service.clock.advance_micros(10_000_000);
        opened = open();
    }
    while opened.tick(true).await.unwrap() {}
    let mut last: HashMap<Tree, Signed> = HashMap::new();
    opened
        .shelf()
        .notes(|note| {
            let signed = world.read(note);
            let before = last.insert(signed.origin.tree, signed.clone());
            assert_eq!(signed.previous, before.map(|before| before.hash()), "{}", signed.origin);
        })
        .unwrap();
    assert_eq!(last.len(), 20 + 3 + 1);
}

#[tokio::test]
async fn two_checkpoints_are_consistent_as_the_proof_says() {
    let world = World::new().await;
    let old = world.checkpoint().await;
    world.projects(0..7).await;
    let new = world.checkpoint().await;
    let proof = world.get(&format!("proof?from={}&size={}", old.size, new.size)).await.is(200).json;
    let hashes = crate::world::hashes(&proof["consistency"]);
    assert_eq!(verify_consistency(old.size, &old.root, new.size, &new.root, &hashes), Ok(()));
}
