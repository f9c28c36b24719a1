//! Who reads how much of an org's audit trail.

use super::{World, to};
use serde_json::{Value, json};

async fn project(world: &World, name: &str) -> String {
    let body = json!({ "metadata": { "name": name } });
    world.admin.client.post(&world.at("/projects"), body).await.is(201).id()
}

fn each(entries: &Value, member: &str) -> Vec<String> {
    let items = entries["items"].as_array().unwrap().iter();
    items.map(|entry| entry[member].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn whose_rights_are_in_projects_reads_what_happened_in_them() {
    let world = World::new().await;
    let (payments, _) = (project(&world, "payments").await, project(&world, "shipping").await);
    for (project, namespace) in [("payments", "cart"), ("shipping", "parcels")] {
        let body = json!({ "metadata": { "name": namespace } });
        let made = world.admin.client.post(&world.at(&format!("/projects/{project}/namespaces")), body).await;
        drop(made.is(201));
    }
    let bob = world.user("bob@acme.test", &[]).await;
    let audit = world.at("/audit");
    drop(bob.client.get(&audit).await.is_problem(404, "not_found"));
    let spec =
        json!({ "role": "WORKSPACE_READ_ONLY", "subject": to(&bob), "scope": { "project": "payments" } });
    let body = json!({ "metadata": { "name": "bob" }, "spec": spec });
    drop(world.admin.client.post(&world.at("/role-bindings"), body).await.is(201));

    let seen = bob.client.get(&audit).await.is(200).json;
    assert_eq!(each(&seen, "action"), ["roleBinding.create", "namespace.create", "project.create"]);
    assert_eq!(each(&seen, "objectName"), ["bob", "cart", "payments"]);
    let body = json!({ "metadata": { "name": "mine" } });
    let tried = bob.client.post(&world.at("/projects/payments/namespaces"), body).await;
    drop(tried.is_problem(403, "forbidden"));
    let seen = bob.client.get(&format!("{audit}?outcome=denied")).await.is(200).json;
    assert_eq!(each(&seen, "projectId"), [payments.as_str()]);
    let elsewhere = bob.client.get(&format!("{audit}?project={}", project(&world, "new").await)).await;
    assert!(each(&elsewhere.is(200).json, "action").is_empty());
    assert!(each(&world.admin.client.get(&audit).await.is(200).json, "action").len() > 6);
}

#[tokio::test]
async fn a_role_that_reads_no_trail_is_told_what_is_missing() {
    let world = World::new().await;
    let payments = project(&world, "payments").await;
    let body = json!({ "metadata": { "name": "cart" } });
    let path = world.at(&format!("/projects/{payments}/namespaces"));
    let namespace = world.admin.client.post(&path, body).await.is(201).id();
    let bob = world.user("bob@acme.test", &[]).await;
    let scope = json!({ "project": payments, "namespaces": [namespace] });
    let spec = json!({ "role": "NAMESPACE_ADMIN", "subject": to(&bob), "scope": scope });
    let body = json!({ "metadata": { "name": "bob" }, "spec": spec });
    drop(world.admin.client.post(&world.at("/role-bindings"), body).await.is(201));
    let denied = bob.client.get(&world.at("/audit")).await.is_problem(403, "forbidden");
    assert_eq!(denied.json["missingPermission"], "audit.org");
}

#[tokio::test]
async fn security_systems_read_the_trail_in_their_own_schema() {
    let world = World::new().await;
    drop(project(&world, "payments").await);
    let reply = world.admin.client.get(&world.at("/audit"));
    let reply = reply.header("accept", "application/vnd.ocsf+x-ndjson").await.is(200);
    let text = String::from_utf8(reply.bytes).unwrap();
    let newest: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!((&newest["class_uid"], &newest["type_uid"]), (&json!(6003), &json!(600_301)));
    assert_eq!(newest["api"]["operation"], "project.create");
    assert_eq!(newest["resources"][0]["name"], "payments");
    assert_eq!(newest["actor"]["user"]["uid"], world.admin.id);
}
