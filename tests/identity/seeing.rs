//! What may not be known is not there.

use crate::world::{World, key};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn another_orgs_users_and_keys_are_not_there() {
    let world = World::new().await;
    let (org, other) = (world.org("acme").await, world.org("other").await);
    let member = world.member(&org, "ada@x.test", "ORG_ADMIN").await;
    let stranger = world.operator.add(&other, "eve@x.test", "ORG_ADMIN").await;
    let issued = world.operator.post(&format!("{stranger}/api-keys"), key(json!({}))).await.created();
    let nobody = "01900000-0000-7000-8000-000000000001";
    let same = [("x-request-id", "same")];
    let user = stranger.rsplit('/').next().unwrap();
    for (method, hidden, absent) in [
        (Method::GET, stranger.clone(), format!("/v1/orgs/{nobody}/users/{user}")),
        (Method::GET, format!("{org}/users/{user}"), format!("{org}/users/{nobody}")),
        (Method::GET, format!("{org}/users/eve@x.test"), format!("{org}/users/none@x.test")),
        (Method::POST, format!("{org}/users/{user}/suspend"), format!("{org}/users/{nobody}/suspend")),
        (Method::GET, format!("{org}/users/{user}/api-keys"), format!("{org}/users/{nobody}/api-keys")),
        (Method::GET, format!("{org}/api-keys/{}", issued.id()), format!("{org}/api-keys/{nobody}")),
        (
            Method::POST,
            format!("{org}/api-keys/{}/revoke", issued.id()),
            format!("{org}/api-keys/{nobody}/revoke"),
        ),
        (
            Method::GET,
            format!("{other}/api-keys/{}", issued.id()),
            format!("/v1/orgs/{nobody}/api-keys/{nobody}"),
        ),
        (Method::GET, format!("{other}/users"), format!("/v1/orgs/{nobody}/users")),
    ] {
        let body = (method == Method::POST).then(|| json!({}));
        let hidden_reply = member.send(method.clone(), &hidden, body.clone(), &same).await;
        let absent_reply = member.send(method, &absent, body, &same).await;
        let (hidden_reply, absent_reply) =
            (hidden_reply.refused(404, "not_found"), absent_reply.refused(404, "not_found"));
        let told = |text: &str, path: &str| text.replace(path, "");
        assert_eq!(told(&hidden_reply.text, &hidden), told(&absent_reply.text, &absent), "{hidden}");
    }
    member.get("/v1/operators").await.refused(403, "forbidden");
    member.get("/v1/partners/default/users").await.refused(404, "not_found");
    world.operator.get(&format!("/v1/partners/{nobody}/users")).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_partner_does_what_is_for_those_it_added_and_looks_no_further() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let staff = world.staff("ada@partner.test", "PARTNER_ADMIN").await;
    let first = staff.add(&org, "admin@x.test", "ORG_ADMIN").await;
    let admin = staff.key_for(&org, &first).await;
    let second = admin.add(&org, "second@x.test", "ORG_ADMIN").await;
    let issued = admin.post(&format!("{second}/api-keys"), key(json!({}))).await.created();
    assert_eq!(issued.json["status"]["byPartner"], false);

    assert_eq!(staff.get(&format!("{org}/users")).await.ok().ids().len(), 2);
    for verb in ["suspend", "reactivate", "remove"] {
        let refused = staff.post(&format!("{second}/{verb}"), json!({})).await.refused(403, "forbidden");
        assert_eq!(refused.json["missingPermission"], format!("user.{verb}"));
    }
    staff.patch(&second, json!({ "spec": { "firstName": "X" } })).await.refused(403, "forbidden");
    staff.patch(&first, json!({ "spec": { "firstName": "X" } })).await.ok();
    let foreign = format!("{org}/api-keys/{}", issued.id());
    staff.get(&foreign).await.refused(403, "forbidden");
    staff.post(&format!("{foreign}/revoke"), json!({})).await.refused(403, "forbidden");
    assert_eq!(staff.get(&format!("{second}/api-keys")).await.ok().ids().len(), 0);
    assert_eq!(staff.get(&format!("{org}/api-keys")).await.ok().ids().len(), 1, "the one it issued");
    assert_eq!(admin.get(&format!("{org}/api-keys")).await.ok().ids().len(), 2);
    let refused = staff.post(&format!("{org}/api-keys"), key(json!({}))).await.refused(403, "forbidden");
    assert_eq!(refused.json["missingPermission"], "apiKey.own");
    let reader = world.staff("eve@partner.test", "PARTNER_READ_ONLY").await;
    reader.get(&format!("{org}/users")).await.ok();
    reader.get(&format!("{org}/api-keys")).await.refused(403, "forbidden");
}

#[tokio::test]
async fn who_may_not_see_others_keys_sees_ones_own() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let worker = admin.add(&org, "worker@x.test", "WORKSPACE_ADMIN").await;
    let worker = admin.key_for(&org, &worker).await;
    let own = worker.get(&format!("{org}/api-keys")).await.ok();
    assert_eq!(own.ids(), worker.get("/v1/me/api-keys").await.ok().ids());
    assert_eq!(own.ids().len(), 1);
    worker.get(&format!("{org}/api-keys/{}", own.ids()[0])).await.ok();
    worker.get(&format!("{org}/users/worker@x.test/api-keys")).await.ok();
    let others = admin.get("/v1/me/api-keys").await.ok();
    let refused = worker.get(&format!("{org}/api-keys/{}", others.ids()[0])).await.refused(403, "forbidden");
    assert_eq!(refused.json["missingPermission"], "apiKey.readOthers");
    worker.get(&format!("/v1/me/api-keys/{}", others.ids()[0])).await.refused(404, "not_found");
    worker.get(&format!("{org}/users")).await.refused(403, "forbidden");
    assert!(worker.secret().starts_with("qdsk_"));
}
