//! Revisions: what was published stays to be seen, and can be published again.

use super::{SETTINGS, World, targets, version, workload};
use crate::conventions::names;
use serde_json::json;

const OTHERS: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: others\n";

#[tokio::test]
async fn each_publication_is_a_revision_that_never_changes() {
    let world = World::with_clusters(&[("a", "canary"), ("b", "main")]).await;
    let admin = &world.admin;
    let made = admin.post(&world.workload(""), workload("cart", "checkout", json!({}))).await.is(201);
    let first = admin.post(&world.workload("cart/publish"), json!({ "notes": "first" })).await.is(200);
    let others = json!({ "spec": { "artifact": { "inline": OTHERS }, "placement": { "labelSelector": "tier=main" } } });
    let _ = admin.patch(&world.workload("cart"), &others).await.is(200);
    let second = world.tell("cart", "publish").await.is(200);
    assert_eq!((&second.json["status"]["revision"], targets(&second)), (&json!(2), vec!["b".to_owned()]));

    let listed = admin.get(&world.workload("cart/revisions")).await.is(200);
    assert_eq!(names(&listed), ["1", "2"]);
    let newest = admin.get(&world.workload("cart/revisions?sort=-createdAt&limit=1")).await.is(200);
    assert_eq!(names(&newest), ["2"]);
    let then = admin
        .get(&world.workload(&format!("cart/revisions?asOf={}", first.header("x-position").unwrap())))
        .await;
    assert_eq!(names(&then.is(200)), ["1"]);

    let one = admin.get(&world.workload("cart/revisions/1")).await.is(200);
    assert_eq!(
        (one.json["kind"].as_str(), one.json["metadata"]["name"].as_str()),
        (Some("WorkloadRevision"), Some("1"))
    );
    assert_eq!(one.json["spec"]["artifact"], made.json["spec"]["artifact"]);
    assert_eq!(one.json["spec"]["workload"], json!({ "name": "cart", "id": made.id() }));
    assert_eq!((&one.json["spec"]["notes"], &one.json["spec"]["revision"]), (&json!("first"), &json!(1)));
    assert_eq!(targets(&one), ["a", "b"]);
    let by_id = admin.get(&world.workload(&format!("cart/revisions/{}", one.id()))).await.is(200);
    assert_eq!(by_id.json, one.json);
    for (revision, text) in [(1, SETTINGS), (2, OTHERS)] {
        let bytes = admin.get(&world.workload(&format!("cart/revisions/{revision}/artifact"))).await.is(200);
        assert_eq!(bytes.bytes, text.as_bytes());
    }
    for nothing in ["3", "0", "x", "01"] {
        let missing = admin.get(&world.workload(&format!("cart/revisions/{nothing}"))).await;
        let _ = missing.is_problem(404, "not_found");
    }
    let _ = world.tell("cart", "unpublish").await.is(200);
    let _ = admin.delete(&world.workload("cart")).await.is(200);
    let kept = admin.get(&world.workload(&format!("{}/revisions/1", made.id()))).await.is(200);
    assert_eq!(kept.json, one.json);
}

#[tokio::test]
async fn rolling_back_publishes_an_older_revision_as_a_new_one() {
    let world = World::with_clusters(&[("a", "canary"), ("b", "main")]).await;
    let admin = &world.admin;
    let made = admin.post(&world.workload(""), workload("cart", "checkout", json!({}))).await.is(201);
    let _ = world.tell("cart", "publish").await.is(200);
    let others = json!({ "spec": { "artifact": { "inline": OTHERS }, "placement": { "labelSelector": "tier=main" } } });
    let _ = admin.patch(&world.workload("cart"), &others).await.is(200);
    let _ = world.tell("cart", "publish").await.is(200);

    let rollback = world.workload("cart/rollback");
    for unknown in [0, 3, -1] {
        let refused = admin.post(&rollback, json!({ "toRevision": unknown })).await;
        let error = refused.is_problem(422, "validation_failed").json["errors"][0].clone();
        assert_eq!((&error["pointer"], &error["code"]), (&json!("/toRevision"), &json!("unknown_revision")));
    }
    let dry = admin.post(&format!("{rollback}?dryRun=true"), json!({ "toRevision": 1 })).await.is(200);
    let types: Vec<_> = dry.json["events"].as_array().unwrap().iter().map(|it| it["type"].clone()).collect();
    assert_eq!(types, ["io.quarterdeck.workload.published.v1", "io.quarterdeck.workloadRevision.created.v1"]);
    let body = json!({ "toRevision": 1, "notes": "what worked", "reason": "customers cannot pay" });
    let back = admin.post(&rollback, body).await.is(200);
    assert_eq!(back.json["status"]["revision"], 3);
    assert_eq!(back.json["spec"]["artifact"], made.json["spec"]["artifact"]);
    assert_eq!(targets(&back), ["b"], "where it shall be stays as it is set");
    assert_eq!(back.json["status"]["unpublishedChanges"], false);
    let three = admin.get(&world.workload("cart/revisions/3")).await.is(200);
    assert_eq!(
        (&three.json["spec"]["rolledBackTo"], &three.json["spec"]["notes"]),
        (&json!(1), &json!("what worked"))
    );
    let again = admin.post(&rollback, json!({ "toRevision": 1 })).await.is(200);
    assert_eq!((version(&again), again.header("x-position")), (version(&back), None), "it is so already");
}
