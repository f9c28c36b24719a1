//! Access keys: how many, how long, from where, and what for.

use crate::world::{World, key};
use axum::http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn ten_keys_may_live_and_an_eleventh_may_not() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let mut last = String::new();
    for _ in 1..10 {
        let issued = admin.own_key(json!({ "validityHours": 2 })).await.created();
        issued.id().clone_into(&mut last);
    }
    admin.own_key(json!({})).await.refused(409, "key_limit_reached");
    admin.post(&format!("/v1/me/api-keys/{last}/revoke"), json!({})).await.ok();
    admin.own_key(json!({ "validityHours": 2 })).await.created();
    admin.own_key(json!({})).await.refused(409, "key_limit_reached");
    world.pass_hours(2);
    admin.own_key(json!({})).await.created();
}

#[tokio::test]
async fn a_rotated_key_works_until_its_overlap_ends() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let scope = json!({ "readOnly": true, "roleCap": "ORG_READ_ONLY" });
    let old = admin.own_key(json!({ "validityHours": 48, "scope": scope })).await.created();
    let path = format!("{org}/api-keys/{}", old.id());
    let rotated = admin.post(&format!("{path}/rotate"), json!({ "overlapHours": 3 })).await.created();
    assert_ne!(rotated.id(), old.id());
    assert_eq!(rotated.json["spec"], old.json["spec"]);
    assert_eq!(rotated.json["metadata"]["name"], "pipeline");
    assert_eq!(rotated.json["status"]["expiresAt"], "2026-01-03T00:00:00.000000Z");
    assert_eq!(rotated.header("location"), format!("{org}/api-keys/{}", rotated.id()));
    let before = admin.get(&path).await.ok();
    assert_eq!(before.json["status"]["phase"], "superseded");
    assert_eq!(before.json["status"]["supersededBy"], rotated.id());
    let (old_one, new_one) = (admin.with_secret(old.secret()), admin.with_secret(rotated.secret()));
    world.pass_hours(2);
    old_one.get("/v1/me").await.ok();
    new_one.get("/v1/me").await.ok();
    world.pass_hours(1);
    old_one.get("/v1/me").await.refused(401, "unauthenticated");
    new_one.get("/v1/me").await.ok();
    admin.post(&format!("{path}/rotate"), json!({})).await.refused(409, "invalid_state");
    let too_long = json!({ "overlapHours": 169 });
    admin
        .post(&format!("{org}/api-keys/{}/rotate", rotated.id()), too_long)
        .await
        .refused(422, "validation_failed");
}

#[tokio::test]
async fn a_key_lives_as_long_as_its_org_allows() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let settings =
        json!({ "spec": { "settings": { "apiKeyDefaultValidityHours": 5, "apiKeyMaxValidityHours": 10 } } });
    admin.patch(&org, settings).await.ok();
    let issued = admin.own_key(json!({})).await.created();
    assert_eq!(issued.json["status"]["expiresAt"], "2026-01-01T05:00:00.000000Z");
    for spec in [
        json!({ "validityHours": 0 }),
        json!({ "validityHours": 11 }),
        json!({ "neverExpires": true }),
        json!({ "neverExpires": true, "validityHours": 5 }),
        json!({ "scope": { "roleCap": "EMPEROR" } }),
    ] {
        admin.own_key(spec).await.refused(422, "validation_failed");
    }
    admin.patch(&org, json!({ "spec": { "settings": { "allowNonExpiringKeys": true } } })).await.ok();
    let issued = admin.own_key(json!({ "neverExpires": true })).await.created();
    assert_eq!(issued.json["status"]["expiresAt"], Value::Null);
    assert_eq!(issued.json["spec"]["neverExpires"], true);
}

#[tokio::test]
async fn a_key_with_networks_opens_nothing_from_elsewhere() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let scope = json!({ "scope": { "cidrs": ["192.0.2.0/24"] } });
    let office = admin.with_secret(admin.own_key(scope.clone()).await.created().secret());
    office.get("/v1/me").await.refused(401, "unauthenticated");
    let office = office.calling_from([192, 0, 2, 7]);
    office.get("/v1/me").await.ok();
    office.calling_from([192, 0, 3, 7]).get("/v1/me").await.refused(401, "unauthenticated");
    office.own_key(json!({})).await.refused(403, "grant_exceeds_own");
    office.own_key(json!({ "scope": { "cidrs": ["192.0.0.0/16"] } })).await.refused(403, "grant_exceeds_own");
    office.own_key(json!({ "scope": { "cidrs": ["192.0.2.128/25"] } })).await.created();
}

#[tokio::test]
async fn a_key_that_only_reads_lists_its_users_keys_and_changes_nothing() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let issued = admin.own_key(json!({ "scope": { "readOnly": true } })).await.created();
    let reader = admin.with_secret(issued.secret());
    for path in ["/v1/me", "/v1/me/api-keys", &format!("{org}/api-keys"), &format!("{org}/users")] {
        reader.get(path).await.ok();
    }
    reader.get(&format!("/v1/me/api-keys/{}", issued.id())).await.ok();
    let refused = reader.own_key(json!({ "scope": { "readOnly": true } })).await.refused(403, "forbidden");
    assert_eq!(refused.json["missingPermission"], "apiKey.own");
    reader
        .post(&format!("/v1/me/api-keys/{}/revoke", issued.id()), json!({}))
        .await
        .refused(403, "forbidden");
    reader.post(&format!("{org}/users"), crate::world::user("x@x.test", &[])).await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_secret_is_shown_once() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let ask = |body: Value| {
        let admin = admin.clone();
        async move { admin.send(Method::POST, "/v1/me/api-keys", Some(body), &[("idempotency-key", "one")]).await }
    };
    let first = ask(key(json!({}))).await.created();
    let again = ask(key(json!({}))).await.created();
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.id(), first.id());
    assert_eq!(again.json["status"].get("secret"), Some(&Value::Null));
    ask(key(json!({ "validityHours": 1 }))).await.refused(422, "idempotency_key_reused");
    let seen = admin.get(first.header("location")).await.ok();
    assert!(seen.json["status"].get("secret").is_none());
    let public = first.json["status"]["accessKeyId"].as_str().unwrap();
    assert_eq!(admin.get(&format!("{org}/api-keys/{public}")).await.ok().id(), first.id());
    let random = first.secret().rsplit('_').next().unwrap();
    let stored: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM events WHERE payload::text || metadata::text LIKE '%' || $1 || '%') \
         + (SELECT count(*) FROM document_versions WHERE document LIKE '%' || $1 || '%')",
    )
    .bind(random)
    .fetch_one(&world.pool)
    .await
    .unwrap();
    assert_eq!(stored, 0);
}

#[tokio::test]
async fn a_keys_last_use_is_seen_and_is_no_change() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let issued = admin.own_key(json!({})).await.created();
    let path = format!("{org}/api-keys/{}", issued.id());
    let unused = admin.get(&path).await.ok();
    assert_eq!(unused.json["status"]["lastUsedAt"], Value::Null);
    admin.with_secret(issued.secret()).calling_from([192, 0, 2, 7]).get("/v1/me").await.ok();
    quarterdeck::authn::flush(&world.app.last_uses, &world.pool).await.unwrap();
    let used = admin.get(&path).await.ok();
    assert_eq!(used.json["status"]["lastUsedAt"], "2026-01-01T00:00:00.000000Z");
    assert_eq!(used.json["status"]["lastUsed"], json!({ "address": "192.0.2.7", "client": "api" }));
    assert_eq!(used.header("etag"), unused.header("etag"));
    let listed = admin.get(&format!("{org}/api-keys")).await.ok();
    assert!(listed.json["items"].as_array().unwrap().contains(&used.json));
    let position = listed.json["position"].as_i64().unwrap();
    let then = admin.get(&format!("{path}?asOf={position}")).await.ok();
    assert_eq!(then.json, unused.json);
}
