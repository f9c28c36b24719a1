//! What becomes of a cluster.

use super::{World, named, phase, version};
use crate::conventions::names;
use serde_json::{Value, json};

fn prod() -> Value {
    json!({
        "metadata": { "name": "prod-eu-1", "labels": { "env": "prod" } },
        "spec": {
            "type": "imported", "provider": "EKS", "environment": "CLOUD", "location": "eu-west-1",
            "autoApprove": true, "sharing": { "mode": "none" }, "proxy": null
        }
    })
}

#[tokio::test]
async fn a_cluster_waits_for_its_agent_and_is_deleted_and_restored() {
    let world = World::new().await;
    let admin = &world.admin;
    let made = admin.post(&world.cluster(""), prod()).await.is(201);
    let location = made.header("location").unwrap().to_owned();
    assert!(location.ends_with(&format!("/clusters/{}", made.id())), "{location}");
    assert_eq!((phase(&made), version(&made)), ("awaitingAgent", 1));
    assert_eq!(made.json["status"]["conditions"][0]["reason"], "AwaitingAgent");
    assert_eq!(
        made.json["spec"],
        json!({
            "type": "imported", "provider": "EKS", "environment": "CLOUD", "location": "eu-west-1",
            "autoApprove": true, "sharing": { "mode": "none", "projects": [] }, "blueprint": null, "proxy": null
        })
    );
    let read = admin.get(&location).await.is(200);
    assert_eq!(read.json["status"].get("lastSeenAt"), None, "it was never seen");

    for verb in ["approve", "reject"] {
        let path = world.cluster(&format!("prod-eu-1/{verb}"));
        let refused = admin.post(&path, Value::Null).await.is_problem(409, "invalid_state");
        assert!(refused.json["detail"].as_str().unwrap().contains("no agent has registered"));
    }
    let deleted = admin.delete(&world.cluster("prod-eu-1")).await.is(200);
    assert_eq!(phase(&deleted), "deleted");
    let _ = admin.get(&world.cluster("prod-eu-1")).await.is_problem(404, "not_found");
    let by_id = world.cluster(&made.id());
    assert_eq!(phase(&admin.get(&by_id).await.is(200)), "deleted");
    let _ = admin.patch(&by_id, &json!({})).await.is_problem(409, "invalid_state");
    let restored = admin.post(&format!("{by_id}/restore"), json!({ "reason": "a mistake" })).await.is(200);
    assert_eq!((phase(&restored), &restored.json["spec"]), ("awaitingAgent", &made.json["spec"]));

    let gone = admin.post(&format!("{by_id}/decommission"), json!({ "force": true })).await.is(200);
    assert_eq!(phase(&gone), "deleted");
    let again = admin.post(&format!("{by_id}/decommission"), Value::Null).await.is(200);
    assert_eq!((version(&again), again.header("x-position")), (version(&gone), None), "it is so already");
}

#[tokio::test]
async fn put_makes_replaces_and_leaves_alone() {
    let world = World::new().await;
    let admin = &world.admin;
    let path = world.cluster("prod-eu-1");
    let made = admin.put(&path, &prod()).await.is(201);
    let again = admin.put(&path, &prod()).await.is(200);
    assert_eq!((version(&again), again.header("x-position")), (1, None), "nothing was recorded");
    let shown = admin.get(&path).await.is(200);
    assert_eq!(version(&admin.put(&path, &shown.json).await.is(200)), 1, "what a GET shows can be sent back");

    let changed = admin.put(&path, &named("prod-eu-1")).await.is(200);
    assert_eq!((version(&changed), changed.id()), (2, made.id()));
    let spec = &changed.json["spec"];
    assert_eq!((&spec["provider"], &spec["location"]), (&json!("other"), &Value::Null));
    let patched =
        admin.patch(&path, &json!({ "spec": { "provider": "OpenShift", "environment": "EDGE" } })).await;
    let patched = patched.is(200);
    assert_eq!((version(&patched), &patched.json["spec"]["provider"]), (3, &json!("OpenShift")));
    let renamed = admin.patch(&path, &json!({ "metadata": { "name": "other" } })).await;
    let _ = renamed.is_problem(422, "immutable_field");
    let dry = admin.put(&world.cluster("prod-eu-2?dryRun=true"), &named("prod-eu-2")).await.is(200);
    assert_eq!(dry.json["events"][0]["type"], "io.quarterdeck.cluster.created.v1");
    assert_eq!(names(&admin.get(&world.cluster("")).await.is(200)), ["prod-eu-1"]);
    assert_eq!(names(&admin.get(&world.cluster("?phase=ready")).await.is(200)), Vec::<String>::new());

    let back = admin.post(&format!("{path}/revert"), json!({ "toVersion": 1 })).await.is(200);
    assert_eq!(back.json["spec"], made.json["spec"]);
    let then = admin.get(&format!("{path}?asOf=1000000")).await;
    let _ = then.is_problem(422, "as_of_in_future");
}

#[tokio::test]
async fn what_cannot_be_is_refused_where_it_stands() {
    let world = World::new().await;
    let spec = |spec: Value| json!({ "metadata": { "name": "a" }, "spec": spec });
    for (body, pointer, code) in [
        (spec(json!({ "type": "made" })), "/spec/type", "invalid_value"),
        (spec(json!({ "provider": "eks" })), "/spec/provider", "invalid_value"),
        (spec(json!({ "location": "" })), "/spec/location", "invalid_value"),
        (spec(json!({ "size": 3 })), "/spec/size", "unknown_field"),
        (
            spec(json!({ "proxy": { "httpProxy": "http://a:b@proxy" } })),
            "/spec/proxy/httpProxy",
            "invalid_value",
        ),
        (spec(json!({ "proxy": { "password": "secret" } })), "/spec/proxy/user", "required"),
        (spec(json!({ "proxy": { "noProxy": ["a b"] } })), "/spec/proxy/noProxy/0", "invalid_value"),
        (
            spec(json!({ "blueprint": { "name": "base", "version": "1.2.0" } })),
            "/spec/blueprint/name",
            "unknown_reference",
        ),
        (spec(json!({ "sharing": { "mode": "projects" } })), "/spec/sharing/projects", "required"),
        (
            spec(json!({ "sharing": { "mode": "projects", "projects": ["shipping", "nowhere"] } })),
            "/spec/sharing/projects/1",
            "unknown_reference",
        ),
    ] {
        let refused = world.admin.post(&world.cluster(""), body).await.is_problem(422, "validation_failed");
        let error = &refused.json["errors"][0];
        let said = (error["pointer"].as_str(), error["code"].as_str());
        assert_eq!(said, (Some(pointer), Some(code)), "{error}");
    }
}

#[tokio::test]
async fn names_are_unique_in_a_project_and_protection_protects() {
    let world = World::new().await;
    let made = world.make("prod", json!({})).await;
    let taken = world.admin.post(&world.cluster(""), named("prod")).await.is_problem(409, "name_taken");
    assert_eq!(taken.json["conflictingId"].as_str(), Some(made.as_str()));
    let other = world.at("/projects/shipping/clusters");
    let _ = world.admin.post(&other, named("prod")).await.is(201);
    let _ = world.admin.get(&format!("{other}/{made}")).await.is_problem(404, "not_found");
    let path = world.cluster("prod");
    let protect = |on: bool| json!({ "metadata": { "deletionProtection": on } });
    let _ = world.admin.patch(&path, &protect(true)).await.is(200);
    let _ = world.admin.delete(&path).await.is_problem(409, "deletion_protected");
    let force = world.admin.post(&format!("{path}/decommission"), json!({ "force": true })).await;
    let _ = force.is_problem(409, "deletion_protected");
    let _ = world.admin.patch(&path, &protect(false)).await.is(200);
    let _ = world.admin.delete(&path).await.is(200);
}

#[tokio::test]
async fn what_is_placed_on_a_cluster_keeps_it() {
    let world = World::new().await;
    let _ = world.make("prod", json!({})).await;
    let placed = |clusters: Value| {
        json!({
            "metadata": { "name": "checkout" }, "spec": { "placement": { "clusters": clusters } }
        })
    };
    let namespaces = world.at("/projects/payments/namespaces");
    let made = world.admin.post(&namespaces, placed(json!(["prod"]))).await.is(201);
    assert_eq!(made.json["spec"]["placement"]["clusters"][0]["name"], "prod");
    let published = world.admin.post(&format!("{namespaces}/checkout/publish"), Value::Null).await.is(200);
    assert_eq!(published.json["status"]["clusters"][0]["name"], "prod");
    for path in [world.cluster("prod/decommission"), world.cluster("prod/decommission?dryRun=true")] {
        let refused = world.admin.post(&path, json!({ "force": true })).await.is_problem(409, "in_use");
        let user = &refused.json["usedBy"][0];
        assert_eq!((&user["kind"], &user["name"]), (&json!("Namespace"), &json!("checkout")));
    }
    let _ = world.admin.delete(&world.cluster("prod")).await.is_problem(409, "in_use");
    let _ = world.admin.post(&format!("{namespaces}/checkout/unpublish"), Value::Null).await.is(200);
    let _ = world.admin.delete(&world.cluster("prod")).await.is_problem(409, "in_use");
    let _ = world.admin.put(&format!("{namespaces}/checkout"), &placed(json!([]))).await.is(200);
    let _ = world.admin.delete(&world.cluster("prod")).await.is(200);
}

#[tokio::test]
async fn a_project_with_a_cluster_is_in_use() {
    let world = World::new().await;
    let _ = world.make("prod", json!({})).await;
    let project = world.at("/projects/payments");
    let refused = world.admin.delete(&project).await.is_problem(409, "in_use");
    assert_eq!(refused.json["usedBy"][0]["name"], "prod");
    let _ = world.admin.delete(&world.cluster("prod")).await.is(200);
    let _ = world.admin.delete(&project).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_deleted_or_gets_a_cluster_and_not_both() {
    let world = World::new().await;
    for round in 0..8 {
        let project =
            world.admin.post(&world.at("/projects"), named(&format!("p{round}"))).await.is(201).id();
        let path = world.at(&format!("/projects/{project}"));
        let (one, other) = (world.admin.clone(), world.admin.clone());
        let (delete, create) = (path.clone(), format!("{path}/clusters"));
        let deleting = tokio::spawn(async move { one.delete(&delete).await.status.as_u16() });
        let creating = tokio::spawn(async move { other.post(&create, named("a")).await.status.as_u16() });
        let outcome = (deleting.await.unwrap(), creating.await.unwrap());
        assert!(matches!(outcome, (200, 409) | (409, 201)), "{outcome:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_goes_or_gets_a_namespace_and_not_both() {
    let world = World::new().await;
    let namespaces = world.at("/projects/payments/namespaces");
    for round in 0..8 {
        let cluster = world.make(&format!("c{round}"), json!({})).await;
        let body = json!({
            "metadata": { "name": format!("n{round}") }, "spec": { "placement": { "clusters": [cluster] } }
        });
        let (one, other) = (world.admin.clone(), world.admin.clone());
        let (delete, create) = (world.cluster(&cluster), namespaces.clone());
        let deleting = tokio::spawn(async move { one.delete(&delete).await.status.as_u16() });
        let creating = tokio::spawn(async move { other.post(&create, body).await.status.as_u16() });
        let outcome = (deleting.await.unwrap(), creating.await.unwrap());
        assert!(matches!(outcome, (200, 409 | 422) | (409, 201)), "{outcome:?}");
    }
}
