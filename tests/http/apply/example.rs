//! The org of `examples/org`, which one apply brings up.

use super::{World, outcomes};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The files, in the order of their names.
fn files() -> Vec<String> {
    let folder = Path::new("examples/org");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    paths.into_iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[tokio::test]
async fn one_apply_brings_up_an_org() {
    let world = World::new().await;
    let mut files = files();
    let made = world.apply_yaml("", &files.concat()).await.is(200);
    assert!(outcomes(&made).iter().all(|outcome| *outcome == "created"), "{}", made.json);
    for (list, count) in [
        ("/projects", 3),
        ("/projects/platform/clusters", 3),
        ("/projects/payments/clusters", 1),
        ("/projects/platform/addons", 3),
        ("/projects/platform/blueprints", 2),
        ("/projects/payments/namespaces", 2),
        ("/projects/storefront/namespaces", 1),
        ("/projects/payments/workloads", 2),
        ("/projects/storefront/workloads", 1),
        ("/role-bindings", 3),
    ] {
        let page = world.admin.get(&world.at(list)).await.is(200);
        assert_eq!(page.json["items"].as_array().unwrap().len(), count, "{list}");
    }
    let version = world.at("/projects/platform/blueprints/production/versions/1.2.0");
    let version = world.admin.get(&version).await.is(200);
    assert_eq!(version.json["status"]["phase"], "active");
    assert_eq!(version.json["status"]["setup"]["addons"].as_array().unwrap().len(), 3);
    let used_by: Vec<&str> = version.json["status"]["usedBy"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(used_by, ["prod-eu-1", "prod-us-1", "vault-1"]);

    let position = world.position().await;
    files.reverse();
    let again = world.apply_yaml("", &files.concat()).await.is(200);
    assert!(outcomes(&again).iter().all(|outcome| *outcome == "unchanged"), "{}", again.json);
    assert_eq!(world.position().await, position, "twice is no event");
}

#[tokio::test]
async fn what_a_version_would_change_on_the_clusters_of_its_blueprint() {
    let world = World::new().await;
    let _ = world.apply_yaml("", &files().concat()).await.is(200);
    let versions = world.at("/projects/platform/blueprints/production/versions");
    let spec = json!({
        "addons": [{ "name": "ingress", "version": "1.0.0" }, { "name": "certificates", "version": "1.16.2" }],
        "drift": { "enabled": true, "action": "notify" }, "namespaceSync": true
    });
    let _ =
        world.admin.post(&versions, json!({ "metadata": { "name": "2.0.0" }, "spec": spec })).await.is(201);
    let impact = world.admin.get(&format!("{versions}/2.0.0/impact")).await.is(200);
    let items = impact.json["items"].as_array().unwrap();
    let names: Vec<&str> = items.iter().map(|it| it["cluster"]["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["prod-eu-1", "prod-us-1", "vault-1"], "those of its blueprint, wherever they are");
    let one = &items[0];
    assert_eq!((&one["current"]["name"], &one["changes"]), (&json!("1.2.0"), &json!(true)));
    assert_eq!(one["addonsAdded"], json!([]));
    assert_eq!(one["addonsRemoved"], json!([{ "name": "monitoring", "version": "2.1.0" }]));
    assert_eq!(one["drift"]["from"]["action"], "deny");
    assert_eq!(one["namespaceSync"], json!({ "from": false, "to": true }));
    let same = world.admin.get(&format!("{versions}/1.2.0/impact")).await.is(200);
    let unchanged = |it: &Value| it["changes"] == false && it["drift"].is_null();
    assert!(same.json["items"].as_array().unwrap().iter().all(unchanged), "{}", same.json);

    let (_, reader) = world.service.member(&world.org, "platform", &[]).await;
    let _ = reader.get(&format!("{versions}/2.0.0/impact")).await.is_problem(404, "not_found");
    let user = world.admin.get(&world.at("/users?limit=100")).await.is(200);
    let user = user.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["metadata"]["name"] == "platform@acme.test")
        .unwrap();
    let binding = json!([{ "kind": "RoleBinding", "metadata": { "name": "sees-platform" }, "spec": {
        "role": "INFRA_READ_ONLY", "subject": { "kind": "User", "id": user["metadata"]["id"] },
        "scope": { "project": "platform" }
    } }]);
    let _ = world.apply(&binding).await.is(200);
    let seen = reader.get(&format!("{versions}/2.0.0/impact")).await.is(200);
    assert_eq!(seen.json["items"].as_array().unwrap().len(), 2, "vault-1 is payments'");
    let off = world.admin.post(&format!("{versions}/1.2.0/disable"), Value::Null).await.is(200);
    assert_eq!(off.json["status"]["usedBy"].as_array().unwrap().len(), 3);
    let refused = world.admin.delete(&world.at("/projects/platform/blueprints/production")).await;
    assert_eq!(refused.is_problem(409, "in_use").json["usedBy"][0]["kind"], "Cluster");
}
