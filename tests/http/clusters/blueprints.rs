//! Clusters and the versions of blueprints that they have.

use super::{World, named, version};
use serde_json::{Value, json};

impl World {
    /// Makes a version of a blueprint of `payments`, and activates it.
    async fn publish(&self, blueprint: &str, version: &str) {
        let versions = self.at(&format!("/projects/payments/blueprints/{blueprint}/versions"));
        let _ = self.admin.post(&versions, named(version)).await.is(201);
        let _ = self.admin.post(&format!("{versions}/{version}/activate"), Value::Null).await.is(200);
    }

    /// A blueprint `base` with two active versions and a draft.
    async fn base(&self) {
        let _ = self.admin.post(&self.at("/projects/payments/blueprints"), named("base")).await.is(201);
        self.publish("base", "1.0.0").await;
        self.publish("base", "1.1.0").await;
        let versions = self.at("/projects/payments/blueprints/base/versions");
        let _ = self.admin.post(&versions, named("2.0.0")).await.is(201);
    }
}

fn of(version: &str) -> Value {
    json!({ "name": "base", "version": version })
}

#[tokio::test]
async fn a_cluster_has_an_active_version_of_a_blueprint() {
    let world = World::new().await;
    world.base().await;
    let admin = &world.admin;
    let id = world.make("prod", json!({ "blueprint": of("1.0.0") })).await;
    let path = world.cluster("prod");
    let shown = admin.get(&path).await.is(200);
    let assigned = &shown.json["spec"]["blueprint"];
    assert_eq!((&assigned["name"], &assigned["version"]), (&json!("base"), &json!("1.0.0")));
    assert!(assigned["id"].is_string() && assigned["versionId"].is_string(), "{assigned}");
    assert_eq!(version(&admin.put(&path, &shown.json).await.is(200)), 1, "what a GET shows can be sent back");

    let assign = world.cluster("prod/assign-blueprint");
    let moved = admin.post(&assign, of("1.1.0")).await.is(200);
    assert_eq!((version(&moved), &moved.json["spec"]["blueprint"]["version"]), (2, &json!("1.1.0")));
    assert_eq!(version(&admin.post(&assign, of("1.1.0")).await.is(200)), 2, "it is so already");
    for (body, pointer, code) in [
        (of("2.0.0"), "/version", "version_not_active"),
        (of("9.9.9"), "/version", "unknown_reference"),
        (json!({ "name": "other", "version": "1.0.0" }), "/name", "unknown_reference"),
        (json!({ "version": "1.0.0" }), "/name", "required"),
    ] {
        let refused = admin.post(&assign, body).await.is_problem(422, "validation_failed");
        let error = &refused.json["errors"][0];
        assert_eq!(
            (error["pointer"].as_str(), error["code"].as_str()),
            (Some(pointer), Some(code)),
            "{error}"
        );
    }
    let put = json!({ "metadata": { "name": "prod" }, "spec": { "blueprint": of("2.0.0") } });
    let refused = admin.put(&path, &put).await.is_problem(422, "validation_failed");
    assert_eq!(refused.json["errors"][0]["pointer"], "/spec/blueprint/version");

    let base = world.at("/projects/payments/blueprints/base");
    let refused = admin.delete(&base).await.is_problem(409, "in_use");
    let users = refused.json["usedBy"].as_array().unwrap().clone();
    assert!(users.iter().any(|user| user["id"] == id.as_str()), "{users:?}");
    let impact = admin.get(&format!("{base}/versions/1.0.0/impact")).await.is(200);
    assert_eq!(impact.json["items"][0]["cluster"]["name"], "prod");

    let _ = admin.post(&format!("{base}/versions/1.1.0/disable"), Value::Null).await.is(200);
    let labelled = json!({ "metadata": { "labels": { "env": "prod" } } });
    assert_eq!(version(&admin.patch(&path, &labelled).await.is(200)), 3, "what it has already stays");
    let taken = admin.patch(&path, &json!({ "spec": { "blueprint": null } })).await.is(200);
    assert_eq!(taken.json["spec"]["blueprint"], Value::Null);
    let _ = admin.post(&assign, of("1.1.0")).await.is_problem(422, "validation_failed");
}

#[tokio::test]
async fn a_blueprint_is_used_where_it_is_shared() {
    let world = World::new().await;
    world.base().await;
    let clusters = world.at("/projects/shipping/clusters");
    let body = json!({ "metadata": { "name": "prod" }, "spec": { "blueprint": of("1.0.0") } });
    let _ = world.admin.post(&clusters, body.clone()).await.is_problem(422, "validation_failed");
    let share = json!({ "spec": { "sharing": { "mode": "all" } } });
    let _ = world.admin.patch(&world.at("/projects/payments/blueprints/base"), &share).await.is(200);
    let _ = world.admin.post(&clusters, body).await.is(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_disabled_or_assigned_and_nothing_in_between() {
    let world = World::new().await;
    world.base().await;
    for round in 0..6 {
        let of = format!("3.0.{round}");
        world.publish("base", &of).await;
        let version = world.at(&format!("/projects/payments/blueprints/base/versions/{of}"));
        let (one, other) = (world.admin.clone(), world.admin.clone());
        let (disable, create) = (format!("{version}/disable"), world.cluster(""));
        let body = json!({
            "metadata": { "name": format!("c{round}") }, "spec": { "blueprint": { "name": "base", "version": of } }
        });
        let disabling = tokio::spawn(async move { one.post(&disable, Value::Null).await.status.as_u16() });
        let creating = tokio::spawn(async move { other.post(&create, body).await.status.as_u16() });
        let outcome = (disabling.await.unwrap(), creating.await.unwrap());
        assert!(matches!(outcome, (200, 201 | 409 | 422)), "{outcome:?}");
    }
}
