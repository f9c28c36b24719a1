//! Users: added once, in as many orgs as one likes, and kept.

use crate::world::{World, user};
use futures::future::join_all;
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn an_org_is_made_its_user_gets_a_key_uses_it_and_is_refused_once_it_is_revoked() {
    let world = World::new().await;
    let staff = world.staff("ada@partner.test", "PARTNER_ADMIN").await;
    let org = staff.post("/v1/orgs", json!({ "metadata": { "name": "acme" }, "spec": {} })).await.created();
    let org = format!("/v1/orgs/{}", org.id());
    let added = staff.post(&format!("{org}/users"), user("CI@Acme.test", &["ORG_ADMIN"])).await.created();
    assert_eq!(added.json["metadata"]["name"], "ci@acme.test");
    assert_eq!(added.header("location"), format!("{org}/users/{}", added.id()));
    let by_email = staff.get("/v1/orgs/acme/users/Ci@Acme.test").await.ok();
    assert_eq!((by_email.id(), by_email.header("etag")), (added.id(), "\"1\""));

    let keys = format!("{org}/users/ci@acme.test/api-keys");
    let issued = staff.post(&keys, json!({ "metadata": { "name": "pipeline" } })).await.created();
    assert_eq!(issued.json["status"]["byPartner"], true);
    let machine = staff.with_secret(issued.secret());
    let me = machine.get("/v1/me").await.ok();
    assert_eq!(me.json["user"]["id"], added.id());
    assert_eq!(me.json["user"]["email"], "ci@acme.test");
    assert_eq!(me.json["roles"], json!(["ORG_ADMIN"]));
    assert!(me.json["permissions"].as_array().unwrap().contains(&json!("user.add")));
    machine.get(&format!("{org}/users")).await.ok();

    let one = format!("{org}/api-keys/{}", issued.id());
    let seen = machine.get(&one).await.ok();
    assert!(seen.json["status"].get("secret").is_none());
    machine.post(&format!("{one}/revoke"), json!({ "reason": "done" })).await.ok();
    machine.get("/v1/me").await.refused(401, "unauthenticated");
    let again = staff.post(&format!("{one}/revoke"), json!({})).await.ok();
    assert_eq!(again.json["status"]["reason"], "done", "revoking again changes nothing");
    assert_eq!(again.header("etag"), "\"2\"");
}

#[tokio::test]
async fn one_address_is_one_identity_in_all_orgs_of_a_partner() {
    let world = World::new().await;
    let (first, second) = (world.org("first").await, world.org("second").await);
    let op = &world.operator;
    let one = op.post(&format!("{first}/users"), user("ada@x.test", &["ORG_ADMIN"])).await.created();
    let two = op.post(&format!("{second}/users"), user("Ada@X.test", &["ORG_READ_ONLY"])).await.created();
    assert_eq!(one.id(), two.id());
    op.post(&format!("{first}/users"), user("ada@x.test", &["AUDITOR"])).await.refused(409, "email_taken");
    // What it is in one org says nothing of what it is in the other.
    assert_eq!(two.json["spec"]["roles"], json!(["ORG_READ_ONLY"]));
    op.post(&format!("{second}/users/{}/suspend", two.id()), json!({})).await.ok();
    let still = op.get(&format!("{first}/users/{}", one.id())).await.ok();
    assert_eq!(still.json["status"]["phase"], "active");
}

#[tokio::test]
async fn racers_who_add_one_address_find_one_identity() {
    let world = World::new().await;
    let orgs = join_all((0..8).map(|n| {
        let world = &world;
        async move { world.org(&format!("org-{n}")).await }
    }))
    .await;
    let add = |org: &str| {
        let (client, path) = (world.operator.clone(), format!("{org}/users"));
        async move { client.post(&path, user("ada@x.test", &["ORG_ADMIN"])).await }
    };
    let added = join_all(orgs.iter().map(|org| add(org))).await;
    let ids: BTreeSet<String> = added.into_iter().map(|reply| reply.created().id().to_owned()).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");

    let org = world.org("one").await;
    let added = join_all((0..8).map(|_| add(&org))).await;
    let (made, refused): (Vec<_>, Vec<_>) = added.into_iter().partition(|reply| reply.status.as_u16() == 201);
    assert_eq!(made.len(), 1);
    for reply in refused {
        reply.refused(409, "email_taken");
    }
}

#[tokio::test]
async fn a_user_who_is_removed_and_added_again_keeps_its_id_and_none_of_its_keys() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let path = admin.add(&org, "ada@x.test", "AUDITOR").await;
    let key = admin.key_for(&org, &path).await;
    let removed = admin.post(&format!("{path}/remove"), json!({ "reason": "left" })).await.ok();
    assert_eq!(removed.json["status"]["phase"], "removed");
    assert_eq!(removed.json["status"]["reason"], "left");
    assert!(removed.json["metadata"]["deletedAt"].is_string());
    key.get("/v1/me").await.refused(401, "unauthenticated");
    assert_eq!(admin.get(&format!("{org}/users")).await.ok().ids().len(), 1);
    assert_eq!(
        admin.get(&format!("{org}/users?includeDeleted=true&phase=removed")).await.ok().ids().len(),
        1
    );

    let again = admin.post(&format!("{org}/users"), user("ada@x.test", &["ORG_READ_ONLY"])).await.created();
    assert!(path.ends_with(again.id()));
    assert_eq!(again.json["status"]["phase"], "active");
    assert!(again.json["metadata"]["deletedAt"].is_null());
    key.get("/v1/me").await.refused(401, "unauthenticated");
    admin.key_for(&org, &path).await.get("/v1/me").await.ok();
}

#[tokio::test]
async fn names_and_roles_can_be_patched_and_nothing_else() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let path = admin.add(&org, "ada@x.test", "AUDITOR").await;
    let renamed = admin.patch(&path, json!({ "spec": { "firstName": "Ada", "lastName": null } })).await.ok();
    assert_eq!(renamed.json["spec"]["firstName"], "Ada");
    assert_eq!(renamed.json["spec"]["lastName"], "");
    for (member, value) in [("email", "other@x.test"), ("access", "console")] {
        let refused = admin.patch(&path, json!({ "spec": { member: value } })).await;
        let refused = refused.refused(422, "immutable_field");
        assert_eq!(refused.json["errors"][0]["pointer"], format!("/spec/{member}"));
    }
    // What a membership of an org cannot carry, nobody can give.
    for role in ["OPERATOR", "PARTNER_ADMIN", "NAMESPACE_ADMIN"] {
        let refused = admin.patch(&path, json!({ "spec": { "roles": [role] } })).await;
        let refused = refused.refused(422, "validation_failed");
        assert_eq!(refused.json["errors"][0]["code"], "role_does_not_fit");
    }
    let whole = admin.get(&path).await.ok();
    let same = admin.patch(&path, whole.json.clone()).await.ok();
    assert_eq!(same.json, whole.json);
}

#[tokio::test]
async fn a_dry_run_shows_the_user_and_the_key_and_keeps_neither() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let path = format!("{org}/users");
    let shown =
        world.operator.post(&format!("{path}?dryRun=true"), user("ada@x.test", &["AUDITOR"])).await.ok();
    assert_eq!(shown.json["resource"]["spec"]["email"], "ada@x.test");
    assert_eq!(shown.json["events"].as_array().unwrap().len(), 2);
    world.operator.get(&format!("{path}/ada@x.test")).await.refused(404, "not_found");
    let path = world.operator.add(&org, "ada@x.test", "AUDITOR").await;
    let keys = format!("{path}/api-keys");
    let shown = world.operator.post(&format!("{keys}?dryRun=true"), crate::world::key(json!({}))).await.ok();
    assert!(!shown.text.contains("qdsk_"), "{}", shown.text);
    assert_eq!(world.operator.get(&keys).await.ok().ids().len(), 0);
}

#[tokio::test]
async fn the_last_admin_stays() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let own = format!("{org}/users/admin@x.test");
    admin.post(&format!("{own}/suspend"), json!({})).await.refused(409, "last_admin");
    admin.post(&format!("{own}/remove"), json!({})).await.refused(409, "last_admin");
    admin.delete(&own).await.refused(409, "last_admin");
    admin.patch(&own, json!({ "spec": { "roles": [] } })).await.refused(409, "last_admin");
    let other = admin.add(&org, "other@x.test", "ORG_ADMIN").await;
    admin.post(&format!("{other}/suspend"), json!({})).await.ok();
    admin.post(&format!("{own}/suspend"), json!({})).await.refused(409, "last_admin");
    admin.post(&format!("{other}/reactivate"), json!({})).await.ok();
    admin.delete(&own).await.ok();
    world
        .operator
        .post("/v1/operators/operator@quarterdeck.invalid/remove", json!({}))
        .await
        .refused(409, "last_admin");
}

#[tokio::test]
async fn operators_and_staff_are_users_like_others() {
    let world = World::new().await;
    let op = &world.operator;
    let added = op.post("/v1/operators", user("second@op.test", &["OPERATOR"])).await.created();
    let path = format!("/v1/operators/{}", added.id());
    assert_eq!(added.header("location"), path);
    let issued =
        op.post(&format!("{path}/api-keys"), crate::world::key(json!({ "neverExpires": true }))).await;
    let issued = issued.created();
    let second = op.with_secret(issued.secret());
    assert_eq!(op.get("/v1/operators").await.ok().ids().len(), 2);
    op.get(issued.header("location")).await.ok();
    second.get("/v1/me/api-keys").await.ok();
    op.post(&format!("{path}/suspend"), json!({})).await.ok();
    second.get("/v1/me").await.refused(401, "unauthenticated");
    op.post("/v1/operators", user("x@op.test", &["ORG_ADMIN"])).await.refused(422, "validation_failed");

    let staff = world.staff("ada@partner.test", "PARTNER_ADMIN").await;
    let reader = staff.add("/v1/partners/default", "eve@partner.test", "PARTNER_READ_ONLY").await;
    let reader = staff.key_for("", &reader).await;
    assert_eq!(reader.get("/v1/partners/default/users").await.ok().ids().len(), 2);
    let refused = reader.post("/v1/partners/default/users", user("x@partner.test", &[])).await;
    assert_eq!(refused.refused(403, "forbidden").json["missingPermission"], "partnerUser.write");
    staff.get("/v1/operators").await.refused(403, "forbidden");
    let never = crate::world::key(json!({ "neverExpires": true }));
    staff.post("/v1/me/api-keys", never).await.refused(422, "validation_failed");
}

#[tokio::test]
async fn whoever_signs_up_is_a_user_like_others_once_approved() {
    let world = World::new().await;
    let staff = world.staff("ada@partner.test", "PARTNER_ADMIN").await;
    staff.patch("/v1/partners/default", json!({ "spec": { "policy": { "signup": "open" } } })).await.ok();
    let ask = |org: &str| {
        let (staff, user) =
            (staff.clone(), json!({ "email": "New@x.test", "firstName": "New", "lastName": "One" }));
        let body = json!({ "org": { "name": org, "displayName": org }, "user": user });
        async move { staff.send(axum::http::Method::POST, "/v1/signup", Some(body), &[("host", "x.test")]).await }
    };
    let signed_up = join_all(["one", "two", "three"].map(ask)).await;
    let mut ids = BTreeSet::new();
    for reply in signed_up {
        assert_eq!(reply.status.as_u16(), 202, "{}", reply.text);
        let org = format!("/v1/orgs/{}", reply.id());
        let user = staff.get(&format!("{org}/users/new@x.test")).await.ok();
        ids.insert(user.id().to_owned());
        let client = staff.key_for(&org, &format!("{org}/users/{}", user.id())).await;
        client.get("/v1/me").await.refused(403, "org_inactive");
        staff.post(&format!("{org}/approve"), json!({})).await.ok();
        client.get("/v1/me").await.ok();
    }
    assert_eq!(ids.len(), 1, "one identity in the partner");
}
