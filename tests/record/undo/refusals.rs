//! What stands against bringing something back: each time a clear refusal, and nothing recorded.

use super::rows::ROWS;
use super::{World, artifact, named};
use serde_json::json;

#[tokio::test]
async fn a_name_that_was_taken_since_is_not_taken_back() {
    let world = World::new().await;
    for row in ROWS.iter().filter(|row| row.restores) {
        let client = if row.template.matches('{').count() == 1 { &world.operator } else { &world.admin };
        let collection = row.collection(&world).await;
        let mut first = row.body(&world, "twice");
        // What is unique beside the name stands in the way of another, not of the name.
        if row.template == "/v1/orgs/{org}" {
            first["spec"]["externalId"] = json!("crm-2");
        }
        let path = format!("{collection}/{}", client.post(&collection, first).await.is(201).id());
        drop(client.delete(&path).await.is(200));
        let other = client.post(&collection, row.body(&world, "twice")).await.is(201).id();
        let refused = client.post(&format!("{path}/restore"), json!({})).await.is_problem(409, "name_taken");
        assert_eq!(refused.json["conflictingId"], *other, "{path}");
        assert!(client.get(&path).await.is(200).json["metadata"]["deletedAt"].is_string(), "{path}");
        drop(client.delete(&format!("{collection}/{other}")).await.is(200));
        drop(client.post(&format!("{path}/restore"), json!({})).await.is(200));
    }
}

#[tokio::test]
async fn an_external_id_that_was_taken_since_is_not_taken_back() {
    let world = World::new().await;
    let org = |name: &str| json!({ "metadata": { "name": name }, "spec": { "externalId": "crm-2" } });
    let path = format!("/v1/orgs/{}", world.operator.post("/v1/orgs", org("one")).await.is(201).id());
    let gives_it_up = world.operator.patch(&path, &json!({ "spec": { "externalId": null } })).await;
    drop(gives_it_up.is(200));
    let other = world.operator.post("/v1/orgs", org("other")).await.is(201).id();
    let back = world.operator.post(&format!("{path}/revert"), json!({ "toVersion": 1 })).await;
    let refused = back.is_problem(409, "external_id_taken");
    assert_eq!(refused.json["conflictingId"], *other);
    assert_eq!(world.operator.get(&path).await.is(200).json["spec"]["externalId"], json!(null));
}

#[tokio::test]
async fn nothing_comes_back_into_what_is_gone() {
    let world = World::new().await;
    for row in ROWS.iter().filter(|row| row.restores && row.template.contains("{project}/")) {
        let project = world.admin.post(&format!("{}/projects", world.org), named("brief")).await.is(201).id();
        let project = format!("{}/projects/{project}", world.org);
        let (mut above, mut holder) = (None, project.clone());
        if let Some((collection, spec)) = row.above {
            let collection = format!("{project}/{collection}");
            let body = json!({ "metadata": { "name": "above" }, "spec": spec() });
            let id = world.admin.post(&collection, body).await.is(201).id();
            above = Some(format!("{collection}/{id}"));
            if row.collection.starts_with("{above}") {
                holder = above.clone().unwrap();
            }
        }
        let collection = row.collection.replace("{above}", &holder).replace("{project}", &project);
        let path = format!(
            "{collection}/{}",
            world.admin.post(&collection, row.body(&world, "one")).await.is(201).id()
        );
        for gone in std::iter::once(&path).chain(&above).chain([&project]) {
            world.delete(gone).await;
        }
        let _ = world.restore(&path).await.is_problem(409, "invalid_state");
        drop(world.restore(&project).await.is(200));
        if let Some(above) = &above {
            let _ = world.restore(&path).await.is_problem(409, "invalid_state");
            drop(world.restore(above).await.is(200));
        }
        drop(world.restore(&path).await.is(200));
        for gone in std::iter::once(&path).chain(&above).chain([&project]) {
            world.delete(gone).await;
        }
    }
}

#[tokio::test]
async fn a_quota_that_others_have_used_up_since_is_not_exceeded() {
    let world = World::new().await;
    let limited = json!({ "spec": { "quota": { "pods": 10 } } });
    drop(world.admin.patch(&world.project, &limited).await.is(200));
    let six = json!({ "quota": { "pods": 6 } });
    let first = world.make("namespaces", "first", six.clone()).await;
    world.delete(&first).await;
    let second = world.make("namespaces", "second", six).await;
    let refused = world.restore(&first).await.is_problem(409, "quota_exceeded");
    assert_eq!((&refused.json["asked"], &refused.json["used"]), (&json!("6"), &json!("6")));
    world.delete(&second).await;
    drop(world.restore(&first).await.is(200));
}

#[tokio::test]
async fn what_it_refers_to_must_be_there_and_usable() {
    let world = World::new().await;
    // A cluster whose blueprint's version is no longer active; a version of a blueprint whose add-on is gone.
    let addon = world.make("addons", "ingress", json!({ "type": "yaml", "namespace": "ingress" })).await;
    let addon_version =
        world.make("addons/ingress/versions", "1.0.0", json!({ "artifact": artifact() })).await;
    world.tell(&addon_version, "activate").await;
    let blueprint = world.make("blueprints", "base", json!({ "type": "custom" })).await;
    let uses = json!({ "addons": [{ "name": "ingress", "version": "1.0.0" }] });
    let draft = world.make("blueprints/base/versions", "0.9.0", uses).await;
    let version = world.make("blueprints/base/versions", "1.0.0", json!({ "addons": [] })).await;
    world.tell(&version, "activate").await;
    let on = json!({ "blueprint": { "name": "base", "version": "1.0.0" } });
    let cluster = world.make("clusters", "prod", on).await;
    for gone in [&cluster, &draft, &addon, &blueprint] {
        world.delete(gone).await;
    }
    let _ = world.restore(&cluster).await.is_problem(409, "invalid_state");
    drop(world.restore(&blueprint).await.is(200));
    let _ = world.restore(&draft).await.is_problem(409, "invalid_state");
    drop(world.restore(&addon).await.is(200));
    drop(world.restore(&draft).await.is(200));
    world.tell(&version, "disable").await;
    let _ = world.restore(&cluster).await.is_problem(409, "invalid_state");
    world.tell(&version, "activate").await;
    drop(world.restore(&cluster).await.is(200));

    // A binding whose group is gone, or whose user was removed.
    let groups = format!("{}/groups", world.org);
    let group = format!("{groups}/{}", world.admin.post(&groups, named("dev")).await.is(201).id());
    let bindings = format!("{}/role-bindings", world.org);
    let body = json!({ "metadata": { "name": "devs" }, "spec": {
        "role": "PROJECT_ADMIN", "subject": { "kind": "Group", "name": "dev" }, "scope": { "project": "payments" } } });
    let binding = format!("{bindings}/{}", world.admin.post(&bindings, body).await.is(201).id());
    world.delete(&binding).await;
    world.delete(&group).await;
    let _ = world.restore(&binding).await.is_problem(409, "invalid_state");
    drop(world.restore(&group).await.is(200));
    drop(world.restore(&binding).await.is(200));
}

#[tokio::test]
async fn nobody_gives_back_more_than_they_have() {
    let world = World::new().await;
    let bindings = format!("{}/role-bindings", world.org);
    let body = json!({ "metadata": { "name": "all" }, "spec": {
        "role": "INFRA_ADMIN", "subject": { "kind": "User", "id": world.user }, "scope": { "project": "payments" } } });
    let binding = format!("{bindings}/{}", world.admin.post(&bindings, body).await.is(201).id());
    world.delete(&binding).await;
    let (id, lead) = world.service.member(&world.org, "lead", &[]).await;
    let body = json!({ "metadata": { "name": "lead" }, "spec": {
        "role": "PROJECT_ADMIN", "subject": { "kind": "User", "id": id }, "scope": { "project": "payments" } } });
    drop(world.admin.post(&bindings, body).await.is(201));
    let _ = lead.post(&format!("{binding}/restore"), json!({})).await.is_problem(403, "grant_exceeds_own");
}
