//! Nobody gives more than they have.

use crate::world::{World, key, user};
use serde_json::json;

#[tokio::test]
async fn members_give_what_they_have_and_no_more() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    for role in ["ORG_ADMIN", "AUDITOR", "PROJECT_ADMIN", "WORKSPACE_READ_ONLY"] {
        let email = format!("{}@x.test", role.to_lowercase());
        admin.post(&format!("{org}/users"), user(&email, &[role])).await.created();
    }
    for role in ["OPERATOR", "PARTNER_ADMIN"] {
        let refused = admin.post(&format!("{org}/users"), user("x@x.test", &[role])).await;
        assert!(matches!(refused.status.as_u16(), 403 | 422), "{}", refused.text);
        let refused = world.operator.post(&format!("{org}/users"), user("x@x.test", &[role])).await;
        refused.refused(422, "validation_failed");
    }
    let auditor = admin.key_for(&org, &format!("{org}/users/auditor@x.test")).await;
    let refused =
        auditor.post(&format!("{org}/users"), user("x@x.test", &[])).await.refused(403, "forbidden");
    assert_eq!(refused.json["missingPermission"], "user.add");
}

#[tokio::test]
async fn a_capped_key_gives_no_more_than_its_cap() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let capped = |cap: &str| {
        let (admin, scope) = (admin.clone(), json!({ "scope": { "roleCap": cap } }));
        async move { admin.with_secret(admin.own_key(scope).await.created().secret()) }
    };
    let reader = capped("ORG_READ_ONLY").await;
    reader.get(&format!("{org}/users")).await.ok();
    reader.post(&format!("{org}/users"), user("x@x.test", &[])).await.refused(403, "forbidden");
    reader.own_key(json!({})).await.refused(403, "grant_exceeds_own");
    reader.own_key(json!({ "scope": { "roleCap": "ORG_ADMIN" } })).await.refused(403, "grant_exceeds_own");
    let same = reader.own_key(json!({ "scope": { "roleCap": "ORG_READ_ONLY" } })).await.created();
    // Rotating an own key of wider scope would hand its secret to the narrower one.
    let wide = admin.own_key(json!({})).await.created();
    let rotate = |id: &str| format!("/v1/me/api-keys/{id}/rotate");
    reader.post(&rotate(wide.id()), json!({})).await.refused(403, "grant_exceeds_own");
    reader.post(&rotate(same.id()), json!({})).await.created();

    let outward = capped("PARTNER_ADMIN").await;
    outward
        .post(&format!("{org}/users"), user("x@x.test", &["ORG_ADMIN"]))
        .await
        .refused(403, "grant_exceeds_own");
}

#[tokio::test]
async fn a_key_for_projects_issues_keys_for_these_only() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let admin = world.member(&org, "admin@x.test", "ORG_ADMIN").await;
    let (one, two) = ("01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002");
    let scope = |projects: &[&str]| json!({ "scope": { "projects": projects } });
    let narrow = admin.with_secret(admin.own_key(scope(&[one])).await.created().secret());
    narrow.get("/v1/me/api-keys").await.ok();
    narrow.get(&format!("{org}/users")).await.refused(403, "forbidden");
    narrow.own_key(json!({})).await.refused(403, "grant_exceeds_own");
    narrow.own_key(scope(&[one, two])).await.refused(403, "grant_exceeds_own");
    narrow.own_key(scope(&[one])).await.created();
}

#[tokio::test]
async fn an_org_may_keep_its_partner_from_issuing_keys() {
    let world = World::new().await;
    let org = world.org("acme").await;
    let staff = world.staff("ada@partner.test", "PARTNER_ADMIN").await;
    let path = staff.add(&org, "admin@x.test", "ORG_ADMIN").await;
    let admin = staff.key_for(&org, &path).await;
    let issued = staff.post(&format!("{path}/api-keys"), key(json!({}))).await.created();
    admin.patch(&org, json!({ "spec": { "settings": { "allowPartnerKeys": false } } })).await.ok();
    for client in [&staff, &world.operator] {
        let refused =
            client.post(&format!("{path}/api-keys"), key(json!({}))).await.refused(403, "forbidden");
        assert_eq!(refused.json["grantedByRoles"], json!(["ORG_ADMIN"]));
        client
            .post(&format!("{org}/api-keys/{}/rotate", issued.id()), json!({}))
            .await
            .refused(403, "forbidden");
    }
    staff.post(&format!("{org}/api-keys/{}/revoke", issued.id()), json!({})).await.ok();
    admin.own_key(json!({})).await.created();
}
