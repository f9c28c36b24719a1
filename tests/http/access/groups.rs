//! Groups.

use super::{World, put, to};
use serde_json::json;

#[tokio::test]
async fn what_a_group_is_given_its_members_have_at_once_until_they_go() {
    let world = World::new().await;
    let bob = world.user("bob@acme.test", &[]).await;
    let groups = world.at("/groups");
    drop(bob.client.get(&groups).await.is(404));
    let group = json!({ "metadata": { "name": "dev" }, "spec": { "members": ["bob@acme.test"] } });
    let group = world.admin.client.post(&groups, group).await.is(201);
    assert_eq!(group.json["spec"]["members"], json!([{ "name": "bob@acme.test", "id": bob.id }]));
    let dev = json!({ "kind": "Group", "name": "dev" });
    drop(world.bind(&world.admin, "read", "ORG_READ_ONLY", dev, json!(null)).await.is(201));
    drop(bob.client.get(&groups).await.is(200));
    drop(bob.client.post(&groups, json!({ "metadata": { "name": "x" } })).await.is_problem(403, "forbidden"));

    let used = world.admin.client.delete(&world.at("/groups/dev")).await.is_problem(409, "in_use");
    assert_eq!(used.json["usedBy"][0]["name"], "read");
    let nobody = json!({ "spec": { "members": [] } });
    drop(world.admin.client.patch(&world.at("/groups/dev"), &nobody).await.is(200));
    drop(bob.client.get(&groups).await.is(404));
}

#[tokio::test]
async fn putting_what_is_there_changes_nothing() {
    let world = World::new().await;
    let (admin, dev) = (&world.admin.client, world.at("/groups/dev"));
    let wanted = json!({ "metadata": { "name": "dev" }, "spec": { "members": ["admin@acme.test"] } });
    drop(put(admin, &dev, &wanted).await.is(201));
    drop(put(admin, &dev, &wanted).await.is(200));
    let shown = admin.get(&dev).await.is(200);
    let again = put(admin, &dev, &shown.json).await.is(200);
    assert_eq!((&again.json, again.header("x-position")), (&shown.json, None));
    assert_eq!(shown.json["metadata"]["version"], 1);
    let other = json!({ "metadata": { "name": "other" } });
    drop(put(admin, &dev, &other).await.is_problem(422, "validation_failed"));
    drop(admin.patch(&dev, &json!({ "metadata": { "name": "ops" } })).await.is(200));
    drop(admin.get(&dev).await.is(404));
}

#[tokio::test]
async fn members_that_are_none_are_named_with_their_pointers() {
    let world = World::new().await;
    let staff = world.staff("staff@partner.test", "PARTNER_ADMIN").await;
    let members = json!(["admin@acme.test", "nobody@acme.test", staff.id, { "name": "admin@acme.test", "id": staff.id }]);
    let group = json!({ "metadata": { "name": "dev" }, "spec": { "members": members } });
    let refused =
        world.admin.client.post(&world.at("/groups"), group).await.is_problem(422, "validation_failed");
    let faults: Vec<_> = refused.json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["pointer"].clone(), it["code"].clone()))
        .collect();
    assert_eq!(
        faults,
        [
            (json!("/spec/members/1"), json!("unknown_reference")),
            (json!("/spec/members/2"), json!("unknown_reference")),
            (json!("/spec/members/3"), json!("reference_disagrees")),
        ]
    );
}

#[tokio::test]
async fn whoever_leaves_the_org_has_nothing_left_when_it_comes_again() {
    let world = World::new().await;
    let bob = world.user("bob@acme.test", &[]).await;
    let admin = &world.admin.client;
    let group = json!({ "metadata": { "name": "dev" }, "spec": { "members": [bob.id] } });
    drop(admin.post(&world.at("/groups"), group).await.is(201));
    let binding = world.bind(&world.admin, "bob", "AUDITOR", to(&bob), json!(null)).await.is(201);
    drop(admin.post(&world.at(&format!("/users/{}/remove", bob.id)), json!({})).await.is(200));
    assert_eq!(admin.get(&world.at("/groups/dev")).await.is(200).json["spec"]["members"], json!([]));
    let binding = admin.get(&world.at(&format!("/role-bindings/{}", binding.id()))).await.is(200);
    assert_eq!(binding.json["status"]["phase"], "deleted");
    let again = world.user("bob@acme.test", &[]).await;
    assert_eq!(again.id, bob.id);
    drop(again.client.get(&world.at("/groups")).await.is(404));
}
