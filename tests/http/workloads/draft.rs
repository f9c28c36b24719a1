//! A workload before it is on any cluster.

use super::{SETTINGS, World, named, phase, version, workload};
use crate::conventions::names;
use serde_json::{Value, json};

#[tokio::test]
async fn a_draft_is_made_changed_deleted_and_brought_back() {
    let world = World::new().await;
    let admin = &world.admin;
    let made = admin.post(&world.workload(""), workload("cart", "checkout", json!({}))).await.is(201);
    let location = made.header("location").unwrap().to_owned();
    assert!(location.ends_with(&format!("/workloads/{}", made.id())), "{location}");
    assert_eq!(made.json["spec"]["namespace"]["name"], "checkout");
    assert_eq!(made.json["spec"]["artifact"]["sizeBytes"], SETTINGS.len());
    assert_eq!(made.json["spec"]["artifact"]["inline"], Value::Null);
    assert_eq!(made.json["spec"]["rollout"], json!({ "strategy": "allAtOnce", "waves": [] }));
    assert_eq!(made.json["spec"]["drift"], json!({ "enabled": false, "action": "notify" }));
    let status = &made.json["status"];
    assert_eq!((&status["phase"], &status["revision"]), (&json!("draft"), &Value::Null));
    assert_eq!(status["rollUp"], json!({ "phase": "none", "total": 0, "pending": 0 }));
    assert_eq!(status["conditions"][0]["reason"], "Draft");
    let bytes = admin.get(&world.workload("cart/artifact")).await;
    assert_eq!(bytes.is(200).bytes, SETTINGS.as_bytes());

    for (verb, body) in [("unpublish", Value::Null), ("rollback", json!({ "toRevision": 1 }))] {
        let refused = admin.post(&world.workload(&format!("cart/{verb}")), body).await;
        let _ = refused.is_problem(409, "invalid_state");
    }
    let _ = world.tell("cart", "publish").await.is_problem(409, "namespace_not_published");
    assert_eq!(admin.get(&world.workload("cart/revisions")).await.is(200).json["items"], json!([]));
    let _ = admin.get(&world.workload("cart/revisions/1")).await.is_problem(404, "not_found");

    let deleted = admin.delete(&world.workload("cart")).await.is(200);
    assert_eq!(phase(&deleted), "deleted");
    let _ = admin.get(&world.workload("cart")).await.is_problem(404, "not_found");
    let _ = world.tell(&made.id(), "publish").await.is_problem(409, "invalid_state");
    let restored = world.tell(&made.id(), "restore").await.is(200);
    assert_eq!(phase(&restored), "draft");
    let history = admin.get(&world.workload("cart/history")).await.is(200);
    assert_eq!(history.json["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn put_makes_replaces_and_leaves_alone() {
    let world = World::new().await;
    let admin = &world.admin;
    let path = world.workload("cart");
    let body =
        workload("cart", "checkout", json!({ "placement": { "labelSelector": "env in (prod),tier" } }));
    let made = admin.put(&path, &body).await.is(201);
    let again = admin.put(&path, &body).await.is(200);
    assert_eq!((version(&again), again.header("x-position")), (1, None), "nothing was recorded");
    let shown = admin.get(&path).await.is(200);
    assert_eq!(shown.json["spec"]["artifact"]["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(version(&admin.put(&path, &shown.json).await.is(200)), 1, "what a GET shows can be sent back");

    let changed =
        json!({ "spec": { "artifact": { "inline": "kind: Secret\napiVersion: v1\nmetadata: {name: s}" } } });
    let changed = admin.patch(&path, &changed).await.is(200);
    assert_eq!((version(&changed), changed.id()), (2, made.id()));
    assert_ne!(changed.json["spec"]["artifact"], made.json["spec"]["artifact"]);
    let by_digest = json!({ "spec": { "artifact": { "sha256": made.json["spec"]["artifact"]["sha256"] } } });
    let back = admin.patch(&path, &by_digest).await.is(200);
    assert_eq!(back.json["spec"], made.json["spec"]);
    let git = json!({ "spec": {
        "type": "kustomize",
        "artifact": { "git": { "url": "https://git.acme.test/cart.git", "revision": "main", "path": "overlays/prod" } }
    } });
    let git = admin.patch(&path, &git).await.is(200);
    assert_eq!(git.json["spec"]["artifact"]["git"]["revision"], "main");
    let _ = admin.get(&world.workload("cart/artifact")).await.is_problem(409, "invalid_state");
    let reverted = admin.post(&world.workload("cart/revert"), json!({ "toVersion": 1 })).await.is(200);
    assert_eq!(reverted.json["spec"], made.json["spec"]);

    for (patch, pointer) in [
        (json!({ "metadata": { "name": "basket" } }), "/metadata/name"),
        (json!({ "spec": { "namespace": "search" } }), "/spec/namespace"),
    ] {
        let refused = admin.patch(&path, &patch).await.is_problem(422, "immutable_field");
        assert_eq!(refused.json["errors"][0]["pointer"], pointer);
    }
    let dry =
        admin.put(&world.workload("basket?dryRun=true"), &workload("basket", "checkout", json!({}))).await;
    assert_eq!(dry.is(200).json["events"][0]["type"], "io.quarterdeck.workload.created.v1");
    assert_eq!(names(&admin.get(&world.workload("")).await.is(200)), ["cart"]);
}

#[tokio::test]
async fn names_are_unique_in_a_project_and_protection_protects() {
    let world = World::new().await;
    let admin = &world.admin;
    let made = admin.post(&world.workload(""), workload("cart", "checkout", json!({}))).await.is(201);
    let taken = admin.post(&world.workload(""), workload("cart", "search", json!({}))).await;
    assert_eq!(taken.is_problem(409, "name_taken").json["conflictingId"].as_str(), Some(made.id().as_str()));
    let protect = |on: bool| json!({ "metadata": { "deletionProtection": on } });
    let path = world.workload("cart");
    let _ = admin.patch(&path, &protect(true)).await.is(200);
    let _ = admin.delete(&path).await.is_problem(409, "deletion_protected");
    let _ = admin.patch(&path, &protect(false)).await.is(200);
    let _ = admin.delete(&path).await.is(200);
}

#[tokio::test]
async fn its_namespace_and_its_project_are_in_use() {
    let world = World::new().await;
    let admin = &world.admin;
    let made = admin.post(&world.workload(""), workload("cart", "checkout", json!({}))).await.is(201);
    let namespace = world.at("/projects/payments/namespaces/checkout");
    let refused = admin.delete(&namespace).await.is_problem(409, "in_use");
    assert_eq!(refused.json["usedBy"], json!([{ "kind": "Workload", "id": made.id(), "name": "cart" }]));
    let _ = admin.delete(&world.at("/projects/payments")).await.is_problem(409, "in_use");
    let _ = admin.delete(&world.workload("cart")).await.is(200);
    let _ = admin.delete(&namespace).await.is(200);
    let _ = world.tell(&made.id(), "restore").await.is_problem(409, "invalid_state");
    let elsewhere = world.at("/projects/shipping/workloads");
    let _ = admin.post(&world.at("/projects/shipping/namespaces"), named("mine")).await.is(201);
    let refused = admin.post(&elsewhere, workload("cart", "search", json!({}))).await;
    assert_eq!(refused.is_problem(422, "validation_failed").json["errors"][0]["code"], "unknown_reference");
    let _ = admin.post(&elsewhere, workload("cart", "mine", json!({}))).await.is(201);
}
