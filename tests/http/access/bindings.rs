//! Role bindings and checks of access.

use super::{HOUR, World, put, to};
use serde_json::{Value, json};

#[tokio::test]
async fn nobody_gives_more_than_it_has_in_role_or_time() {
    let world = World::new().await;
    let bob = world.user("bob@acme.test", &[]).await;
    let cat = world.user("cat@acme.test", &["ORG_READ_ONLY"]).await;
    drop(world.bind(&cat, "x", "ORG_READ_ONLY", to(&bob), Value::Null).await.is_problem(403, "forbidden"));
    drop(world.bind(&world.admin, "bob", "ORG_ADMIN", to(&bob), world.hours(2)).await.is(201));
    for until in [Value::Null, world.hours(3)] {
        let refused = world.bind(&bob, "cat", "AUDITOR", to(&cat), until).await;
        drop(refused.is_problem(403, "grant_exceeds_own"));
    }
    drop(world.bind(&bob, "cat", "AUDITOR", to(&cat), world.hours(2)).await.is(201));
    let longer = json!({ "spec": { "expiresAt": null } });
    let refused = bob.client.patch(&world.at("/role-bindings/cat"), &longer).await;
    drop(refused.is_problem(403, "grant_exceeds_own"));
    let user = json!({ "spec": { "email": "new@acme.test", "roles": ["ORG_ADMIN"] } });
    drop(bob.client.post(&world.at("/users"), user).await.is_problem(403, "grant_exceeds_own"));
}

#[tokio::test]
async fn a_binding_ends_by_the_clock_at_once() {
    let world = World::new().await;
    let bob = world.user("bob@acme.test", &[]).await;
    drop(world.bind(&world.admin, "bob", "ORG_ADMIN", to(&bob), world.hours(1)).await.is(201));
    drop(bob.client.post(&world.at("/groups"), json!({ "metadata": { "name": "a" } })).await.is(201));
    world.service.clock.advance_micros(HOUR);
    drop(bob.client.post(&world.at("/groups"), json!({ "metadata": { "name": "b" } })).await.is(404));
}

#[tokio::test]
async fn a_binding_that_is_taken_back_or_given_again_counts_at_once() {
    let world = World::new().await;
    let bob = world.user("bob@acme.test", &[]).await;
    let groups = world.at("/groups");
    let binding = world.bind(&world.admin, "bob", "AUDITOR", to(&bob), Value::Null).await.is(201);
    let by_id = world.at(&format!("/role-bindings/{}", binding.id()));
    drop(bob.client.get(&groups).await.is(200));
    drop(world.admin.client.delete(&by_id).await.is(200));
    drop(bob.client.get(&groups).await.is(404));
    drop(world.admin.client.post(&format!("{by_id}/restore"), json!({})).await.is(200));
    drop(bob.client.get(&groups).await.is(200));
}

#[tokio::test]
async fn a_scope_that_was_forgotten_is_not_everything() {
    let world = World::new().await;
    let bindings = world.at("/role-bindings");
    let body = |scope: Value| {
        let spec = json!({ "role": "AUDITOR", "subject": to(&world.admin), "scope": scope });
        json!({ "metadata": { "name": "it" }, "spec": spec })
    };
    for (scope, pointer) in [
        (json!({}), "/spec/scope/project"),
        (json!({ "project": null, "namespaces": ["cart"] }), "/spec/scope/project"),
        (json!({ "project": "nowhere" }), "/spec/scope/project"),
    ] {
        let refused =
            world.admin.client.post(&bindings, body(scope)).await.is_problem(422, "validation_failed");
        assert_eq!(refused.json["errors"][0]["pointer"], pointer, "{}", refused.json);
    }
    drop(world.admin.client.post(&bindings, body(json!({ "project": null }))).await.is(201));
}

#[tokio::test]
async fn a_role_does_not_fit_everywhere() {
    let world = World::new().await;
    for role in ["PARTNER_ADMIN", "OPERATOR", "NAMESPACE_ADMIN"] {
        let refused = world.bind(&world.admin, "it", role, to(&world.admin), Value::Null).await;
        let refused = refused.is_problem(422, "validation_failed");
        assert_eq!(refused.json["errors"][0]["code"], "role_does_not_fit");
    }
}

#[tokio::test]
async fn what_is_shown_can_be_put_back_and_changes_nothing() {
    let world = World::new().await;
    let admin = &world.admin.client;
    let path = world.at("/role-bindings/it");
    let spec = json!({
        "role": "AUDITOR", "subject": { "kind": "User", "name": "admin@acme.test" },
        "scope": { "project": null }, "reason": "because"
    });
    let body = json!({ "metadata": { "name": "it" }, "spec": spec });
    drop(put(admin, &path, &body).await.is(201));
    let shown = admin.get(&path).await.is(200);
    assert_eq!(shown.json["spec"]["reason"], "because");
    let again = put(admin, &path, &shown.json).await.is(200);
    assert_eq!((&again.json, again.header("x-position")), (&shown.json, None));
    let renamed = json!({ "metadata": { "name": "that" } });
    drop(admin.patch(&path, &renamed).await.is_problem(422, "immutable_field"));
}

#[tokio::test]
async fn bindings_are_selected_by_what_they_give() {
    let world = World::new().await;
    let bob = world.user("bob@acme.test", &[]).await;
    drop(world.bind(&world.admin, "a", "AUDITOR", to(&bob), Value::Null).await.is(201));
    drop(world.bind(&world.admin, "b", "ORG_READ_ONLY", to(&bob), Value::Null).await.is(201));
    let path = world.at("/role-bindings?labelSelector=quarterdeck.dev/role%3DAUDITOR");
    let listed = world.admin.client.get(&path).await.is(200);
    assert_eq!(listed.json["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed.json["items"][0]["metadata"]["labels"], json!({}));
}

#[tokio::test]
async fn a_check_says_through_what_somebody_may() {
    let world = World::new().await;
    let bob = world.user("bob@acme.test", &[]).await;
    let org = world.org.rsplit('/').next().unwrap();
    let ask =
        |permission: &str, actor: Value| json!({ "permission": permission, "org": org, "actor": actor });
    let about_bob = json!({ "kind": "User", "id": "bob@acme.test" });
    let check = |body| world.admin.client.post("/v1/access/check", body);
    let no = check(ask("group.read", about_bob.clone())).await.is(200);
    assert_eq!((&no.json["allowed"], &no.json["missingPermission"]), (&json!(false), &json!("group.read")));
    let group = json!({ "metadata": { "name": "dev" }, "spec": { "members": [bob.id] } });
    let group = world.admin.client.post(&world.at("/groups"), group).await.is(201);
    let dev = json!({ "kind": "Group", "name": "dev" });
    let binding = world.bind(&world.admin, "read", "AUDITOR", dev, Value::Null).await.is(201);
    let yes = check(ask("group.read", about_bob)).await.is(200);
    let through = &yes.json["through"][0];
    assert_eq!((&through["id"], &through["groupId"]), (&json!(binding.id()), &json!(group.id())));
    let own = bob.client.post("/v1/access/check", ask("group.write", Value::Null)).await.is(200);
    assert_eq!(own.json["grantedByRoles"], json!(["ORG_ADMIN"]));
    let mut foreign = ask("group.read", Value::Null);
    foreign["org"] = json!("01935d2e-0000-7000-8000-000000000001");
    drop(bob.client.post("/v1/access/check", foreign).await.is_problem(422, "validation_failed"));
    drop(check(ask("cluster.write", Value::Null)).await.is_problem(422, "validation_failed"));
    drop(world.service.nobody().get("/v1/roles").await.is(200));
}

#[tokio::test]
async fn asking_about_others_needs_a_right() {
    let world = World::new().await;
    let bob = world.user("bob@acme.test", &["INFRA_ADMIN"]).await;
    let org = world.org.rsplit('/').next().unwrap();
    let actor = json!({ "kind": "User", "id": "admin@acme.test" });
    let body = json!({ "permission": "group.read", "org": org, "actor": actor });
    drop(bob.client.post("/v1/access/check", body).await.is_problem(403, "forbidden"));
}
