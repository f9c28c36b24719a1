//! A workload on clusters.

use super::{SETTINGS, World, phase, targets, version, workload};
use serde_json::{Value, json};

#[tokio::test]
async fn a_workload_goes_its_way_on_clusters_and_off_again() {
    let world = World::with_clusters(&[("a", "canary"), ("b", "main")]).await;
    let admin = &world.admin;
    let made = admin.post(&world.workload(""), workload("cart", "checkout", json!({}))).await.is(201);
    let published = admin.post(&world.workload("cart/publish"), json!({ "notes": "first" })).await.is(200);
    assert_eq!((phase(&published), version(&published)), ("published", 2));
    assert_eq!(published.json["status"]["revision"], 1);
    assert_eq!(targets(&published), ["a", "b"]);
    let target = &published.json["status"]["targets"][0];
    assert_eq!((&target["phase"], &target["overrides"]), (&json!("pending"), &json!([])));
    assert_eq!(published.json["status"]["rollUp"], json!({ "phase": "pending", "total": 2, "pending": 2 }));
    assert_eq!(published.json["status"]["conditions"][0]["message"], "Revision 1 is on 2 clusters.");
    let again = world.tell("cart", "publish").await.is(200);
    assert_eq!((version(&again), again.header("x-position")), (2, None), "it is so already");
    let shown = admin.get(&world.workload("cart")).await.is(200);
    assert_eq!(shown.json["status"]["pendingTargets"], json!([]));
    assert_eq!(version(&admin.put(&world.workload("cart"), &shown.json).await.is(200)), 2);

    let _ = admin.delete(&world.workload("cart")).await.is_problem(409, "still_published");
    let off = world.tell("cart", "unpublish").await.is(200);
    assert_eq!((phase(&off), targets(&off).len()), ("unpublished", 0));
    assert_eq!(off.json["status"]["revision"], 1);
    let again = world.tell("cart", "publish").await.is(200);
    assert_eq!(again.json["status"]["revision"], 2);
    let _ = world.tell("cart", "unpublish").await.is(200);
    let _ = admin.delete(&world.workload("cart")).await.is(200);
    assert_eq!(phase(&world.tell(&made.id(), "restore").await.is(200)), "unpublished", "what it was");
}

#[tokio::test]
async fn only_clusters_that_its_namespace_is_on_are_targets() {
    let world = World::with_clusters(&[("a", "canary")]).await;
    let admin = &world.admin;
    let _ = world.cluster("b", "main").await;
    let on = |clusters: Value| workload("cart", "checkout", json!({ "placement": { "clusters": clusters } }));
    let _ = admin.put(&world.workload("cart"), &on(json!(["b"]))).await.is(201);
    let _ = world.tell("cart", "publish").await.is_problem(409, "namespace_not_published");
    let _ = admin.put(&world.workload("cart"), &on(json!(["a", "b"]))).await.is(200);
    assert_eq!(targets(&world.tell("cart", "publish").await.is(200)), ["a"]);

    let _ = world.publish_namespace("checkout").await.is(200);
    let shown = admin.get(&world.workload("cart")).await.is(200);
    let pending = &shown.json["status"]["pendingTargets"];
    assert_eq!((&pending[0]["name"], &pending[0]["change"]), (&json!("b"), &json!("add")));
    let now = world.tell("cart", "publish").await.is(200);
    assert_eq!((targets(&now).len(), &now.json["status"]["revision"]), (2, &json!(2)));
}

#[tokio::test]
async fn changed_labels_and_specs_wait_until_it_is_published_again() {
    let world = World::with_clusters(&[("a", "canary"), ("b", "main"), ("c", "main")]).await;
    let admin = &world.admin;
    let more = json!({
        "placement": { "labelSelector": "tier in (canary,main)" },
        "overrides": [{ "labelSelector": "tier=canary", "patch": SETTINGS }],
        "rollout": { "strategy": "waves", "waves": [{ "labelSelector": "tier=canary", "pauseMinutes": 30 }] }
    });
    let _ = admin.post(&world.workload(""), workload("cart", "checkout", more)).await.is(201);
    let published = world.tell("cart", "publish").await.is(200);
    let shown = |index: usize| {
        let target = &published.json["status"]["targets"][index];
        (target["name"].clone(), target["wave"].clone(), target["overrides"].clone())
    };
    assert_eq!(shown(0), (json!("a"), json!(1), json!([0])));
    assert_eq!(shown(1), (json!("b"), json!(2), json!([])));

    let relabel = async |cluster: &str, tier: &str| {
        let path = world.at(&format!("/projects/payments/clusters/{cluster}"));
        let _ = admin.patch(&path, &json!({ "metadata": { "labels": { "tier": tier } } })).await.is(200);
    };
    relabel("b", "canary").await;
    relabel("c", "away").await;
    let waiting = admin.get(&world.workload("cart")).await.is(200);
    assert_eq!((targets(&waiting).len(), version(&waiting)), (3, 2), "nothing has happened to it");
    let pending = waiting.json["status"]["pendingTargets"].as_array().unwrap();
    let pending: Vec<_> = pending.iter().map(|it| (it["name"].clone(), it["change"].clone())).collect();
    assert_eq!(pending, [(json!("b"), json!("update")), (json!("c"), json!("remove"))]);
    assert_eq!(waiting.json["status"]["unpublishedChanges"], false);
    let drift = json!({ "spec": { "drift": { "enabled": true } } });
    let changed = admin.patch(&world.workload("cart"), &drift).await.is(200);
    assert_eq!(changed.json["status"]["unpublishedChanges"], true);

    let now = world.tell("cart", "publish").await.is(200);
    assert_eq!(
        (targets(&now), now.json["status"]["unpublishedChanges"].clone()),
        (vec!["a".to_owned(), "b".to_owned()], json!(false))
    );
    assert_eq!(now.json["status"]["targets"][1]["wave"], 1);
    let shown = admin.get(&world.workload("cart")).await.is(200);
    assert_eq!(shown.json["status"]["pendingTargets"], json!([]));
    let then = admin.get(&world.workload(&format!("cart?asOf={}", shown_position(&waiting)))).await.is(200);
    assert_eq!((targets(&then).len(), &then.json["status"]["pendingTargets"]), (3, &Value::Null));
}

/// A moment at which the reply was so: when it was last changed.
fn shown_position(reply: &testing::Reply) -> String {
    reply.json["metadata"]["updatedAt"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_a_published_workload_runs_on_stays() {
    let world = World::with_clusters(&[("a", "canary"), ("b", "main")]).await;
    let admin = &world.admin;
    let on_a = json!({ "placement": { "labelSelector": "tier=canary" } });
    let made = admin.post(&world.workload(""), workload("cart", "checkout", on_a)).await.is(201);
    let _ = world.tell("cart", "publish").await.is(200);
    let user = json!([{ "kind": "Workload", "id": made.id(), "name": "cart" }]);

    let namespace = |rest: &str| world.at(&format!("/projects/payments/namespaces/checkout{rest}"));
    let refused = admin.post(&namespace("/unpublish"), Value::Null).await.is_problem(409, "in_use");
    assert_eq!(refused.json["usedBy"], user);
    let away = |selector: &str| json!({ "spec": { "placement": { "labelSelector": selector } } });
    let _ = admin.patch(&namespace(""), &away("tier=main")).await.is(200);
    let refused = world.publish_namespace("checkout").await.is_problem(409, "in_use");
    assert_eq!(refused.json["usedBy"], user, "it would leave the cluster that the workload is on");
    let _ = admin.patch(&namespace(""), &away("tier=canary")).await.is(200);
    let fewer = world.publish_namespace("checkout").await.is(200);
    assert_eq!(fewer.json["status"]["clusters"].as_array().unwrap().len(), 1, "nothing runs on the other");

    let cluster = world.at("/projects/payments/clusters/a");
    let refused = admin.delete(&cluster).await.is_problem(409, "in_use");
    let users: Vec<_> =
        refused.json["usedBy"].as_array().unwrap().iter().map(|by| by["name"].clone()).collect();
    assert!(users.contains(&json!("cart")), "{users:?}");
    let _ = world.tell("cart", "unpublish").await.is(200);
    let _ = admin.post(&namespace("/unpublish"), Value::Null).await.is(200);
}
