//! A project brought back with what was in it.

use super::{World, artifact, named};
use serde_json::{Value, json};
use testing::Reply;

/// Everything that can be in a project, in the order in which it can be deleted.
struct Tree {
    paths: Vec<String>,
}

impl Tree {
    async fn grow(world: &World) -> Self {
        let addon = world.make("addons", "ingress", json!({ "type": "yaml", "namespace": "ingress" })).await;
        let active = world.make("addons/ingress/versions", "1.0.0", json!({ "artifact": artifact() })).await;
        world.tell(&active, "activate").await;
        let draft = world.make("addons/ingress/versions", "1.1.0", json!({ "artifact": artifact() })).await;
        let blueprint = world.make("blueprints", "base", json!({ "type": "custom" })).await;
        let uses = json!({ "addons": [{ "name": "ingress", "version": "1.0.0" }] });
        let version = world.make("blueprints/base/versions", "1.0.0", uses).await;
        world.tell(&version, "activate").await;
        let on = json!({ "blueprint": { "name": "base", "version": "1.0.0" } });
        let cluster = world.make("clusters", "prod", on).await;
        let spec = json!({ "quota": { "pods": 3 }, "placement": { "labelSelector": "" } });
        let namespace = world.make("namespaces", "checkout", spec).await;
        let spec = json!({ "namespace": "checkout", "type": "yaml", "artifact": artifact(), "placement": { "labelSelector": "" } });
        let workload = world.make("workloads", "cart", spec).await;
        world.tell(&namespace, "publish").await;
        world.tell(&workload, "publish").await;
        Self { paths: vec![workload, namespace, cluster, blueprint, draft, addon] }
    }

    /// Deletes all of it, and then the project.
    async fn fell(&self, world: &World) {
        for path in &self.paths[..2] {
            world.tell(path, "unpublish").await;
        }
        for path in self.paths.iter().chain([&world.project]) {
            world.delete(path).await;
        }
    }
}

async fn restore(world: &World, query: &str) -> Reply {
    world.admin.post(&format!("{}/restore?cascade=true{query}", world.project), Value::Null).await
}

/// The kind and name of each thing, and what it came to.
fn results(results: &Value) -> Vec<(String, String)> {
    let text = |result: &Value, member: &str| result[member].as_str().unwrap().to_owned();
    let of = |result: &Value| {
        (format!("{} {}", text(result, "kind"), text(result, "name")), text(result, "result"))
    };
    results.as_array().unwrap().iter().map(of).collect()
}

const ALL: [&str; 7] = [
    "Project payments",
    "Addon ingress",
    "AddonVersion 1.1.0",
    "Blueprint base",
    "Cluster prod",
    "Namespace checkout",
    "Workload cart",
];

#[tokio::test]
async fn a_project_comes_back_with_its_tree_in_one_unit() {
    let world = World::new().await;
    let tree = Tree::grow(&world).await;
    // What was thrown away while the project was in use stays away.
    let early = world.make("namespaces", "trial", json!({})).await;
    world.delete(&early).await;
    let late = world.make("namespaces", "search", json!({})).await;
    let mut then = vec![];
    for path in &tree.paths {
        then.push(world.admin.get(path).await.is(200));
    }
    world.delete(&late).await;
    tree.fell(&world).await;
    let before =
        world.admin.get(&format!("{}/projects?limit=1", world.org)).await.is(200).json["position"].clone();

    let plan = restore(&world, "&dryRun=true").await.is(200);
    assert_eq!(plan.json["dryRun"], true);
    let mut planned = results(&plan.json["results"]);
    assert!(planned.iter().all(|(_, result)| result == "restored"), "{planned:?}");
    planned.sort();
    let mut expected: Vec<String> = ALL.iter().map(|it| (*it).to_owned()).collect();
    expected.push("Namespace search".to_owned());
    expected.sort();
    assert_eq!(planned.into_iter().map(|(thing, _)| thing).collect::<Vec<_>>(), expected);
    let still = world.admin.get(&format!("{}/projects?limit=1", world.org)).await.is(200);
    assert_eq!(still.json["position"], before, "a dry run records nothing");

    let done = world
        .admin
        .post(&format!("{}/restore?cascade=true", world.project), json!({ "reason": "by mistake" }))
        .key("once")
        .await
        .is(200);
    assert_eq!(done.json["results"], plan.json["results"]);
    for (path, then) in tree.paths.iter().zip(&then) {
        let now = world.admin.get(path).await.is(200);
        assert_eq!(now.json["metadata"]["deletedAt"], Value::Null, "{path}");
        for member in ["id", "name", "labels"] {
            assert_eq!(now.json["metadata"][member], then.json["metadata"][member], "{path}");
        }
        assert_eq!(now.json["spec"], then.json["spec"], "{path}");
        let entry = world.admin.get(&format!("{path}/history?limit=1")).await.is(200);
        assert_eq!(entry.json["items"][0]["reason"], "by mistake", "{path}");
    }
    let _ =
        world.admin.get(&format!("{}/namespaces/trial", world.project)).await.is_problem(404, "not_found");
    // One unit: one moment.
    let times: Vec<Value> = {
        let mut times = vec![];
        for path in tree.paths.iter().chain([&world.project]) {
            times.push(world.admin.get(path).await.is(200).json["metadata"]["updatedAt"].clone());
        }
        times
    };
    assert!(times.windows(2).all(|pair| pair[0] == pair[1]), "{times:?}");
    // The version that the cluster uses is there again, and it all works as before.
    world.tell(&tree.paths[1], "publish").await;
    world.tell(&tree.paths[0], "publish").await;

    let path = format!("{}/restore?cascade=true", world.project);
    let again = world.admin.post(&path, json!({ "reason": "by mistake" })).key("once").await.is(200);
    assert_eq!((again.json, again.headers.get("idempotent-replayed").is_some()), (done.json, true));
    let nothing = restore(&world, "").await.is(200);
    assert_eq!(results(&nothing.json["results"]), [("Project payments".to_owned(), "unchanged".to_owned())]);
}

#[tokio::test]
async fn where_one_thing_is_refused_nothing_comes_back_and_a_dry_run_says_all_that_is() {
    let world = World::new().await;
    // The cluster leans on a blueprint of another project, which is not there any more.
    let shared = world.admin.post(&format!("{}/projects", world.org), named("platform")).await.is(201).id();
    let shared = format!("{}/projects/{shared}/blueprints", world.org);
    let body = json!({ "metadata": { "name": "golden" }, "spec": { "type": "golden", "sharing": { "mode": "all" } } });
    let golden = format!("{shared}/{}", world.admin.post(&shared, body).await.is(201).id());
    let version = json!({ "metadata": { "name": "1.0.0" }, "spec": { "addons": [] } });
    let version = format!(
        "{golden}/versions/{}",
        world.admin.post(&format!("{golden}/versions"), version).await.is(201).id()
    );
    world.tell(&version, "activate").await;
    let on = json!({ "blueprint": { "name": "golden", "version": "1.0.0" } });
    let clusters = [world.make("clusters", "eu", on.clone()).await, world.make("clusters", "us", on).await];
    let namespace = world.make("namespaces", "checkout", json!({})).await;
    for path in [&clusters[0], &clusters[1], &namespace, &world.project, &golden] {
        world.delete(path).await;
    }
    // Somebody has the project's name by now.
    let other = world.admin.post(&format!("{}/projects", world.org), named("payments")).await.is(201).id();

    let plan = restore(&world, "&dryRun=true").await.is(200);
    let refused = |thing: &str| {
        let all = plan.json["results"].as_array().unwrap();
        all.iter().find(|it| it["name"] == thing).unwrap()["problem"]["code"].clone()
    };
    assert_eq!(refused("payments"), "name_taken");
    assert_eq!(refused("eu"), "invalid_state");
    assert_eq!(refused("us"), "invalid_state");
    let whole = restore(&world, "").await.is_problem(409, "restore_refused");
    assert_eq!(whole.json["things"].as_array().unwrap().len(), 4);
    assert!(world.admin.get(&namespace).await.is(200).json["metadata"]["deletedAt"].is_string());

    world.delete(&format!("{}/projects/{other}", world.org)).await;
    let plan = restore(&world, "&dryRun=true").await.is(200);
    let mut outcomes = results(&plan.json["results"]);
    outcomes.sort();
    let told: Vec<&str> = outcomes.iter().map(|(_, result)| result.as_str()).collect();
    assert_eq!(told, ["refused", "refused", "restored", "restored"], "{outcomes:?}");
    let _ = restore(&world, "").await.is_problem(409, "restore_refused");
    drop(world.restore(&golden).await.is(200));
    drop(restore(&world, "").await.is(200));
}

#[tokio::test]
async fn rights_and_versions_are_judged() {
    let world = World::new().await;
    let namespace = world.make("namespaces", "checkout", json!({})).await;
    world.delete(&namespace).await;
    world.delete(&world.project).await;
    let path = format!("{}/restore?cascade=true", world.project);
    let _ = world.reader.post(&path, Value::Null).await.is_problem(403, "forbidden");
    let stale = world.admin.post(&path, Value::Null).header("if-match", "\"1\"").await;
    let _ = stale.is_problem(412, "version_mismatch");
    let fresh = world.admin.post(&path, Value::Null).header("if-match", "\"2\"").await.is(200);
    assert_eq!(results(&fresh.json["results"]).len(), 2);
    // What is there is not touched, nor what was deleted in it since.
    world.delete(&namespace).await;
    let nothing = restore(&world, "").await.is(200);
    assert_eq!(results(&nothing.json["results"]), [("Project payments".to_owned(), "unchanged".to_owned())]);
    let entries = world.admin.get(&format!("{}/audit?action=project.restore", world.org)).await.is(200);
    assert!(entries.json["items"].as_array().unwrap().iter().any(|it| it["outcome"] == "allowed"));
}
