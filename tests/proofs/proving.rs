//! Proofs over HTTP.

use crate::world::{World, check, hash, member};
use serde_json::json;

#[tokio::test]
async fn a_checkpoint_covers_everything_from_the_first_moment_on() {
    let world = World::new().await;
    let first = world.checkpoint().await;
    assert_eq!(first.size, world.head().await);
    assert!(first.origin.to_string().ends_with(&world.org.replace("/v1/orgs/", "scopes/")));
    assert_eq!(world.checkpoint().await, first, "nothing happened: nothing is signed");
    world.projects(0..1).await;
    let second = world.checkpoint().await;
    assert_eq!(second.size, first.size + 1);
    assert_eq!(second.previous, Some(first.hash()));
    assert_ne!(second.root, first.root);
}

#[tokio::test]
async fn every_position_and_every_earlier_state_is_proved() {
    let world = World::new().await;
    world.projects(0..9).await;
    let size = world.head().await;
    for position in 1..=size {
        let proof = world.get(&format!("proof?position={position}")).await.is(200).json;
        assert_eq!(check(&world, &proof).unwrap().size, size);
        let mut wrong = proof.clone();
        wrong["position"] = json!(position % size + 1);
        assert!(check(&world, &wrong).is_err(), "{wrong}");

        let proof = world.get(&format!("proof?from={position}")).await.is(200).json;
        check(&world, &proof).unwrap();
        let mut wrong = proof.clone();
        wrong["fromRoot"] = json!("00".repeat(32));
        assert!(check(&world, &wrong).is_err(), "{wrong}");
    }
    let proof = world.get("proof?position=2&from=3&size=5").await.is(200).json;
    assert_eq!((proof["size"].as_u64(), check(&world, &proof).unwrap().size), (Some(5), size));
    let mut wrong = proof.clone();
    wrong["root"] = json!("00".repeat(32));
    assert!(check(&world, &wrong).is_err());
}

#[tokio::test]
async fn what_has_not_come_or_makes_no_sense_is_refused() {
    let world = World::new().await;
    let next = world.head().await + 1;
    for query in [
        "",
        "?size=1",
        "?position=0",
        "?from=0",
        "?position=1&size=0",
        "?position=3&size=2",
        "?from=3&size=2",
        "?position=-1",
        "?position=1&x=1",
    ] {
        let refused = world.get(&format!("proof{query}")).await.is(400);
        assert!(
            ["invalid_parameter", "unknown_parameter"].contains(&refused.code()),
            "{query}: {}",
            refused.code()
        );
    }
    for query in [format!("position={next}"), format!("from={next}"), format!("position=1&size={next}")] {
        assert_eq!(world.get(&format!("proof?{query}")).await.is(422).code(), "as_of_in_future", "{query}");
    }
    // That somebody tried is recorded, and has a position.
    let later = next + 10;
    assert_eq!(world.get(&format!("export?until={later}")).await.is(422).code(), "as_of_in_future");
    assert_eq!(world.get(&format!("export?after={later}")).await.is(422).code(), "as_of_in_future");
    assert_eq!(world.get("checkpoint?asOf=1").await.is(400).code(), "unknown_parameter");
}

#[tokio::test]
async fn auditors_and_operators_ask_and_others_do_not() {
    let world = World::new().await;
    let service = &world.service;
    let checkpoint = format!("{}/ledger/checkpoint", world.org);
    for role in ["ORG_READ_ONLY", "AUDITOR"] {
        drop(member(service, &world.org, role).await.get(&checkpoint).await.is(200));
    }
    drop(service.operator().get(&checkpoint).await.is(200));
    drop(service.nobody().get(&checkpoint).await.is(401));
    let project = member(service, &world.org, "PROJECT_ADMIN").await;
    let refused = project.get(&checkpoint).await.is(403);
    assert_eq!(refused.json["missingPermission"], "ledger.proof");
    let other = service
        .operator()
        .post("/v1/orgs", json!({ "metadata": { "name": "other" }, "spec": {} }))
        .await
        .is(201);
    let other = format!("/v1/orgs/{}", other.json["metadata"]["id"].as_str().unwrap());
    drop(member(service, &other, "ORG_ADMIN").await.get(&checkpoint).await.is(404));
}

/// More than one stretch of 256 leaves, with and without the nodes that the follower stores.
#[tokio::test]
async fn proofs_are_the_same_whether_nodes_are_stored_or_not() {
    let world = World::new().await;
    world.projects(0..700).await;
    let size = world.head().await;
    let asked = |position: u64| format!("proof?position={position}&from={}", size - position + 1);
    let mut computed = vec![];
    for position in [1, 255, 256, 257, 511, 512, 513, size - 1, size] {
        let proof = world.get(&asked(position)).await.is(200).json;
        check(&world, &proof).unwrap();
        computed.push((position, proof));
    }
    let mut superuser = world.superuser().await;
    let nodes = "SELECT count(*) FROM merkle_nodes";
    assert_eq!(sqlx::query_scalar::<_, i64>(nodes).fetch_one(&mut superuser).await.unwrap(), 0);
    while world.service.app.checkpoints.tick(true).await.unwrap() {}
    // Two stretches of the installation's; the org's second one is completed by the third, which is not over.
    assert_eq!(sqlx::query_scalar::<_, i64>(nodes).fetch_one(&mut superuser).await.unwrap(), 3);
    for (position, proof) in computed {
        assert_eq!(world.get(&asked(position)).await.is(200).json, proof);
    }
    // A node that was changed leads to no root that was signed.
    sqlx::raw_sql("UPDATE merkle_nodes SET hash = sha256('x')").execute(&mut superuser).await.unwrap();
    let proof = world.get("proof?position=1").await.is(200).json;
    assert!(check(&world, &proof).is_err());
    assert_ne!(hash(&proof["root"]), world.checkpoint().await.root);
    world.projects(700..701).await;
    assert_eq!(world.get("checkpoint").await.is(409).code(), "ledger_rewritten");
}
