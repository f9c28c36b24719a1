//! What becomes of a namespace.

use super::{World, named, phase, version};
use crate::conventions::names;
use serde_json::{Value, json};

fn checkout() -> Value {
    json!({
        "metadata": { "name": "checkout", "labels": { "tier": "1" } },
        "spec": {
            "labels": { "team": "pay" },
            "annotations": { "example.com/contact": "Ada" },
            "quota": { "cpuLimits": "4000m", "pods": 20 },
            "limitRange": { "default": { "memory": "1024Mi" }, "max": { "memory": "2Gi" } },
            "placement": { "clusters": [], "labelSelector": "env in (prod),tier" }
        }
    })
}

#[tokio::test]
async fn a_namespace_goes_its_way_from_draft_to_deleted_and_back() {
    let world = World::new().await;
    let admin = &world.admin;
    let made = admin.post(&world.namespace(""), checkout()).await.is(201);
    let location = made.header("location").unwrap().to_owned();
    assert!(location.ends_with(&format!("/namespaces/{}", made.id())), "{location}");
    assert_eq!(made.json["spec"]["quota"], json!({ "cpuLimits": "4", "pods": 20 }));
    assert_eq!(
        made.json["spec"]["limitRange"],
        json!({ "default": { "memory": "1Gi" }, "defaultRequest": {}, "min": {}, "max": { "memory": "2Gi" } })
    );
    assert_eq!(made.json["spec"]["placement"]["labelSelector"], "env in (prod),tier");
    assert_eq!((phase(&made), &made.json["status"]["clusters"]), ("draft", &json!([])));
    assert_eq!(made.json["status"]["conditions"][0]["reason"], "Draft");
    let _ = admin.get(&location).await.is(200);

    let to = |verb: &str| world.namespace(&format!("checkout/{verb}"));
    let _ = admin.post(&to("unpublish"), Value::Null).await.is_problem(409, "invalid_state");
    let published = admin.post(&to("publish"), json!({ "reason": "it is time" })).await.is(200);
    assert_eq!((phase(&published), version(&published)), ("published", 2));
    assert_eq!(published.json["status"]["conditions"][0]["reason"], "NoClusters");
    let again = admin.post(&to("publish"), Value::Null).await.is(200);
    assert_eq!((version(&again), again.header("x-position")), (2, None), "it is so already");
    let read = admin.get(&world.namespace("checkout")).await.is(200);
    assert_eq!(read.json["status"]["pendingClusters"], json!([]));
    let then = admin.get(&world.namespace(&format!("checkout?asOf={}", 1_000_000))).await;
    let _ = then.is_problem(422, "as_of_in_future");

    let _ = admin.delete(&world.namespace("checkout")).await.is_problem(409, "still_published");
    assert_eq!(phase(&admin.post(&to("unpublish"), Value::Null).await.is(200)), "unpublished");
    let deleted = admin.delete(&world.namespace("checkout")).await.is(200);
    assert_eq!(phase(&deleted), "deleted");
    let _ = admin.get(&world.namespace("checkout")).await.is_problem(404, "not_found");
    let by_id = world.namespace(&made.id());
    assert_eq!(phase(&admin.get(&by_id).await.is(200)), "deleted");
    let _ = admin.post(&format!("{by_id}/publish"), Value::Null).await.is_problem(409, "invalid_state");
    let restored = admin.post(&format!("{by_id}/restore"), Value::Null).await.is(200);
    assert_eq!(phase(&restored), "unpublished", "what it was");
}

#[tokio::test]
async fn put_makes_replaces_and_leaves_alone() {
    let world = World::new().await;
    let admin = &world.admin;
    let path = world.namespace("checkout");
    let made = admin.put(&path, &checkout()).await.is(201);
    let again = admin.put(&path, &checkout()).await.is(200);
    assert_eq!((version(&again), again.header("x-position")), (1, None), "nothing was recorded");
    let shown = admin.get(&path).await.is(200);
    assert_eq!(version(&admin.put(&path, &shown.json).await.is(200)), 1, "what a GET shows can be sent back");
    let _ = admin.post(&format!("{path}/publish"), Value::Null).await.is(200);
    let shown = admin.get(&path).await.is(200);
    assert_eq!(version(&admin.put(&path, &shown.json).await.is(200)), 2, "published or not");

    let changed = admin.put(&path, &named("checkout")).await.is(200);
    assert_eq!((version(&changed), changed.id()), (3, made.id()));
    assert_eq!(
        (&changed.json["spec"]["limitRange"], &changed.json["spec"]["labels"]),
        (&Value::Null, &json!({}))
    );
    let patched = admin.patch(&path, &json!({ "spec": { "labels": { "team": "pay" } } })).await.is(200);
    assert_eq!((version(&patched), phase(&patched)), (4, "published"));
    let stale = admin.patch(&path, &json!({})).header("if-match", "\"3\"").await;
    assert_eq!(stale.is_problem(412, "version_mismatch").json["currentVersion"], 4);
    let renamed = admin.patch(&path, &json!({ "metadata": { "name": "cart" } })).await;
    let _ = renamed.is_problem(422, "immutable_field");
    let dry = admin.put(&world.namespace("cart?dryRun=true"), &named("cart")).await.is(200);
    assert_eq!(dry.json["events"][0]["type"], "io.quarterdeck.namespace.created.v1");
    assert_eq!(names(&admin.get(&world.namespace("")).await.is(200)), ["checkout"]);
}

#[tokio::test]
async fn what_cannot_be_is_refused_where_it_stands() {
    let world = World::new().await;
    let exclude = json!({ "spec": { "excludedNamespaces": ["legacy"] } });
    let _ = world.admin.patch(&world.at("/projects/payments"), &exclude).await.is(200);
    let spec = |spec: Value| json!({ "metadata": { "name": "a" }, "spec": spec });
    for (body, pointer, code) in [
        (named("kube-system"), "/metadata/name", "reserved_name"),
        (named("default"), "/metadata/name", "reserved_name"),
        (named("quarterdeck-system"), "/metadata/name", "reserved_name"),
        (named("legacy"), "/metadata/name", "excluded_namespace"),
        (
            spec(json!({ "limitRange": { "min": { "cpu": "2" }, "max": { "cpu": "1" } } })),
            "/spec/limitRange/min/cpu",
            "out_of_order",
        ),
        (spec(json!({ "limitRange": { "least": {} } })), "/spec/limitRange/least", "unknown_field"),
        (spec(json!({ "labels": { "quarterdeck.dev/x": "y" } })), "/spec/labels", "invalid_value"),
        (
            spec(json!({ "placement": { "clusters": ["nowhere"] } })),
            "/spec/placement/clusters/0",
            "unknown_reference",
        ),
        (
            spec(json!({ "placement": { "labelSelector": "a in" } })),
            "/spec/placement/labelSelector",
            "invalid_value",
        ),
    ] {
        let refused = world.admin.post(&world.namespace(""), body).await.is_problem(422, "validation_failed");
        let error = &refused.json["errors"][0];
        assert_eq!(
            (error["pointer"].as_str(), error["code"].as_str()),
            (Some(pointer), Some(code)),
            "{error}"
        );
    }
    let _ = world.admin.post(&world.at("/projects/shipping/namespaces"), named("legacy")).await.is(201);
}

#[tokio::test]
async fn names_are_unique_in_a_project_and_protection_protects() {
    let world = World::new().await;
    let made = world.make(&["checkout"]).await;
    let taken = world.admin.post(&world.namespace(""), named("checkout")).await.is_problem(409, "name_taken");
    assert_eq!(taken.json["conflictingId"].as_str(), Some(made[0].as_str()));
    let other = world.at("/projects/shipping/namespaces");
    let _ = world.admin.post(&other, named("checkout")).await.is(201);
    let elsewhere = world.admin.get(&format!("{other}/{}", made[0])).await;
    let _ = elsewhere.is_problem(404, "not_found");
    let protect = |on: bool| json!({ "metadata": { "deletionProtection": on } });
    let path = world.namespace("checkout");
    let _ = world.admin.patch(&path, &protect(true)).await.is(200);
    let _ = world.admin.delete(&path).await.is_problem(409, "deletion_protected");
    let _ = world.admin.patch(&path, &protect(false)).await.is(200);
    let _ = world.admin.delete(&path).await.is(200);
}

#[tokio::test]
async fn a_project_with_a_namespace_is_in_use() {
    let world = World::new().await;
    let _ = world.make(&["checkout"]).await;
    let project = world.at("/projects/payments");
    let refused = world.admin.delete(&project).await.is_problem(409, "in_use");
    assert_eq!(refused.json["usedBy"][0]["name"], "checkout");
    let _ = world.admin.delete(&world.namespace("checkout")).await.is(200);
    let _ = world.admin.delete(&project).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_deleted_or_gets_a_namespace_and_not_both() {
    let world = World::new().await;
    for round in 0..8 {
        let project =
            world.admin.post(&world.at("/projects"), named(&format!("p{round}"))).await.is(201).id();
        let path = world.at(&format!("/projects/{project}"));
        let (one, other) = (world.admin.clone(), world.admin.clone());
        let (delete, create) = (path.clone(), format!("{path}/namespaces"));
        let deleting = tokio::spawn(async move { one.delete(&delete).await.status.as_u16() });
        let creating = tokio::spawn(async move { other.post(&create, named("a")).await.status.as_u16() });
        let outcome = (deleting.await.unwrap(), creating.await.unwrap());
        assert!(matches!(outcome, (200, 409) | (409, 201)), "{outcome:?}");
    }
}
