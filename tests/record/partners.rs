use crate::world::World;
use serde_json::{Value, json};
use values::{Role, ScopeKind};

#[tokio::test]
async fn a_partner_is_made_found_changed_deleted_and_restored() {
    let world = World::new().await;
    let input = json!({
        "metadata": {"name": "northwind", "labels": {"tier": "gold"}},
        "spec": {"host": "clouds.northwind.test", "productName": "NW", "colors": {"primary": "#0a5fd8"},
            "links": {"support": "https://s.test/"}, "policy": {"orgApproval": "required"}},
    });
    let made = world.operator("POST", "/v1/partners", &input).await.expect(201);
    let id = made.id();
    assert_eq!(made.headers["location"], format!("/v1/partners/{id}").as_str());
    assert_eq!(made.json["spec"]["policy"], json!({"signup": "closed", "orgApproval": "required"}));
    world.get(&world.operator, "/v1/partners/northwind").await.expect(200);
    assert_eq!(world.get(&world.operator, "/v1/partners").await.items().len(), 2);

    let again = json!({"metadata": {"name": "other"}, "spec": {"host": "Clouds.Northwind.test"}});
    assert_eq!(world.operator("POST", "/v1/partners", &again).await.expect(409).code(), "name_taken");

    let path = format!("/v1/partners/{id}");
    let edit = json!({"metadata": {"displayName": "Northwind"}, "spec": {"host": null, "links": {"docs": "https://d.test/"}}});
    let patched = world.ask("PATCH", &path).key(&world.operator).header("if-match", "\"1\"").patch(&edit);
    let patched = patched.send().await.expect(200);
    assert_eq!(patched.json["spec"]["host"], Value::Null);
    assert_eq!(
        patched.json["spec"]["links"],
        json!({"docs": "https://d.test/", "support": "https://s.test/"})
    );
    world.operator("POST", "/v1/partners", &again).await.expect(201);

    let deleted = world.operator("DELETE", &path, &Value::Null).await.expect(200);
    assert_eq!(deleted.json["status"]["phase"], "deleted");
    world.get(&world.operator, "/v1/partners/northwind").await.expect(404);
    world.get(&world.operator, &path).await.expect(200);
    let restored = world.operator("POST", &format!("{path}/restore"), &json!({"reason": "renewed"})).await;
    assert_eq!(restored.expect(200).json["status"]["phase"], "active");
    let trail = world.get(&world.operator, "/v1/audit?action=partner.restore").await;
    assert_eq!(trail.all("reason"), ["renewed"]);
}

#[tokio::test]
async fn a_partner_that_has_orgs_is_in_use() {
    let world = World::new().await;
    let northwind = world.partner("northwind").await;
    let acme = world.org(northwind, "acme").await;
    let refused = world.operator("DELETE", "/v1/partners/northwind", &Value::Null).await.expect(409);
    assert_eq!(refused.code(), "in_use");
    assert_eq!(refused.json["usedBy"], json!([{"kind": "Org", "id": acme, "name": "acme"}]));
    world.operator("DELETE", &format!("/v1/orgs/{acme}"), &Value::Null).await.expect(200);
    world.operator("DELETE", "/v1/partners/northwind", &Value::Null).await.expect(200);
    let restore = world.operator("POST", &format!("/v1/orgs/{acme}/restore"), &json!({})).await;
    assert_eq!(restore.expect(409).code(), "invalid_state");
}

#[tokio::test]
async fn staff_see_and_edit_their_own_partner_and_know_of_no_other() {
    let world = World::new().await;
    let (northwind, other) = (world.partner("northwind").await, world.partner("other").await);
    let admin = world.member(ScopeKind::Partner, northwind, northwind, Role::PartnerAdmin).await;
    let reader = world.member(ScopeKind::Partner, northwind, northwind, Role::PartnerReadOnly).await;
    let list = world.get(&reader.secret, "/v1/partners").await.expect(200);
    assert_eq!(list.items().len(), 1);
    world.get(&admin.secret, "/v1/partners/northwind").await.expect(200);
    world.get(&admin.secret, "/v1/partners/other").await.expect(404);
    world.get(&admin.secret, &format!("/v1/partners/{other}")).await.expect(404);
    let patch = |secret: &str| {
        world
            .ask("PATCH", "/v1/partners/northwind")
            .key(secret)
            .patch(&json!({"spec": {"productName": "N"}}))
            .send()
    };
    patch(&admin.secret).await.expect(200);
    assert_eq!(patch(&reader.secret).await.expect(403).json["missingPermission"], "partner.update");
    let delete = world.ask("DELETE", "/v1/partners/northwind").key(&admin.secret).send().await;
    assert_eq!(delete.expect(403).json["missingPermission"], "partner.delete");
    let create =
        world.ask("POST", "/v1/partners").key(&admin.secret).body(&json!({"metadata": {"name": "x"}}));
    create.send().await.expect(403);
}

#[tokio::test]
async fn staff_of_a_deleted_partner_are_not_let_in() {
    let world = World::new().await;
    let northwind = world.partner("northwind").await;
    let admin = world.member(ScopeKind::Partner, northwind, northwind, Role::PartnerAdmin).await;
    world.get(&admin.secret, "/v1/partners").await.expect(200);
    world.operator("DELETE", "/v1/partners/northwind", &Value::Null).await.expect(200);
    world.get(&admin.secret, "/v1/partners").await.expect(401);
    world.operator("POST", &format!("/v1/partners/{northwind}/restore"), &Value::Null).await.expect(200);
    world.get(&admin.secret, "/v1/partners").await.expect(200);
}
