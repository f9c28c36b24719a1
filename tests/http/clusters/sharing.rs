//! Clusters that other projects use.

use super::{World, named, version};
use serde_json::{Value, json};

impl World {
    /// Places a namespace of `shipping` on a cluster: what comes of it.
    async fn place(&self, namespace: &str, cluster: &str) -> testing::Reply {
        let body = json!({
            "metadata": { "name": namespace }, "spec": { "placement": { "clusters": [cluster] } }
        });
        self.admin.post(&self.at("/projects/shipping/namespaces"), body).await
    }
}

#[tokio::test]
async fn a_cluster_is_used_in_the_projects_that_it_is_shared_with() {
    let world = World::new().await;
    let prod = world.make("prod", json!({})).await;
    let path = world.cluster("prod");
    let _ = world.place("a", "prod").await.is_problem(422, "validation_failed");
    let share = |sharing: Value| json!({ "spec": { "sharing": sharing } });
    let shared = json!({ "mode": "projects", "projects": ["shipping"] });
    let shown = world.admin.patch(&path, &share(shared)).await.is(200);
    assert_eq!(shown.json["spec"]["sharing"]["projects"][0]["name"], "shipping");
    let _ = world.place("a", "prod").await.is(201);
    let _ = world.admin.patch(&path, &share(json!({ "mode": "all", "projects": [] }))).await.is(200);
    let placed = world.place("b", &prod).await.is(201);
    assert_eq!(placed.json["spec"]["placement"]["clusters"][0]["id"].as_str(), Some(prod.as_str()));
    let own = world.admin.post(&world.at("/projects/shipping/clusters"), named("prod")).await.is(201).id();
    let placed = world.place("c", "prod").await.is(201);
    assert_eq!(
        placed.json["spec"]["placement"]["clusters"][0]["id"].as_str(),
        Some(own.as_str()),
        "its own first"
    );

    let _ = world.admin.patch(&path, &share(json!({ "mode": "none", "projects": [] }))).await.is(200);
    let _ = world.place("d", &prod).await.is_problem(422, "validation_failed");
    let used = world.at("/projects/shipping/namespaces/b");
    let shown = world.admin.get(&used).await.is(200);
    let again = world.admin.put(&used, &shown.json).await.is(200);
    assert_eq!(version(&again), 1, "what uses it already goes on");
}

#[tokio::test]
async fn a_project_that_has_gone_since_may_stand_in_what_is_sent_back() {
    let world = World::new().await;
    let sharing = json!({ "mode": "projects", "projects": ["shipping"] });
    let _ = world.make("prod", json!({ "sharing": sharing })).await;
    let _ = world.admin.delete(&world.at("/projects/shipping")).await.is(200);
    let path = world.cluster("prod");
    let shown = world.admin.get(&path).await.is(200);
    assert_eq!(version(&world.admin.put(&path, &shown.json).await.is(200)), 1);
    let labelled = json!({ "metadata": { "labels": { "env": "prod" } } });
    assert_eq!(version(&world.admin.patch(&path, &labelled).await.is(200)), 2);
    let by_name = json!({ "spec": { "sharing": { "projects": ["shipping"] } } });
    let _ = world.admin.patch(&path, &by_name).await.is_problem(422, "validation_failed");

    let id = world.admin.delete(&path).await.is(200).id();
    let restored = world.admin.post(&world.cluster(&format!("{id}/restore")), Value::Null).await.is(200);
    assert_eq!(restored.json["spec"]["sharing"], shown.json["spec"]["sharing"]);
}

#[tokio::test]
async fn a_selector_selects_clusters_by_their_labels() {
    let world = World::new().await;
    for (name, env, sharing) in [("a", "prod", "none"), ("b", "prod", "all"), ("c", "dev", "all")] {
        let body = json!({
            "metadata": { "name": name, "labels": { "env": env } }, "spec": { "sharing": { "mode": sharing } }
        });
        let _ = world.admin.post(&world.cluster(""), body).await.is(201);
    }
    for (project, on) in [("payments", vec!["a", "b"]), ("shipping", vec!["b"])] {
        let namespaces = world.at(&format!("/projects/{project}/namespaces"));
        let body = json!({
            "metadata": { "name": project }, "spec": { "placement": { "labelSelector": "env=prod" } }
        });
        let _ = world.admin.post(&namespaces, body).await.is(201);
        let published =
            world.admin.post(&format!("{namespaces}/{project}/publish"), Value::Null).await.is(200);
        let clusters = published.json["status"]["clusters"].as_array().unwrap();
        let names: Vec<_> = clusters.iter().map(|cluster| cluster["name"].as_str().unwrap()).collect();
        assert_eq!(names, on, "{project}");
    }
}
