//! The add-ons of a version.

use super::{World, fault, phase, version};
use serde_json::{Value, json};
use testing::Client;

const MANIFEST: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";

/// An add-on at a version, as a version of a blueprint names it.
fn at(name: &str, version: &str, depends_on: &[&str]) -> Value {
    json!({ "name": name, "version": version, "dependsOn": depends_on })
}

impl World {
    fn addons(&self, project: &str, path: &str) -> String {
        self.at(&format!("/projects/{project}/addons{path}"))
    }

    /// Makes an add-on.
    async fn addon(&self, project: &str, name: &str, sharing: &str) {
        let spec = json!({ "type": "yaml", "namespace": "tools", "sharing": { "mode": sharing } });
        let body = json!({ "metadata": { "name": name }, "spec": spec });
        let _ = self.admin.post(&self.addons(project, ""), body).await.is(201);
    }

    /// Makes a version of an add-on.
    async fn addon_version(&self, project: &str, addon: &str, name: &str) -> String {
        let body = json!({ "metadata": { "name": name }, "spec": { "artifact": { "inline": MANIFEST } } });
        let versions = self.addons(project, &format!("/{addon}/versions"));
        let _ = self.admin.post(&versions, body).await.is(201);
        format!("{versions}/{name}")
    }

    /// Makes an active version of an add-on, and says where it is.
    async fn active_addon(&self, project: &str, addon: &str, name: &str) -> String {
        let path = self.addon_version(project, addon, name).await;
        let _ = self.admin.post(&format!("{path}/activate"), Value::Null).await.is(200);
        path
    }
}

#[tokio::test]
async fn add_ons_are_visible_and_active_and_named_where_they_are_not() {
    let world = World::new().await;
    let _ = world.blueprint("base", "custom").await;
    world.addon("payments", "ingress", "none").await;
    let one = world.active_addon("payments", "ingress", "1.0").await;
    let _ = world.addon_version("payments", "ingress", "2.0").await;
    world.addon("shipping", "hidden", "none").await;
    let _ = world.active_addon("shipping", "hidden", "1.0").await;
    world.addon("shipping", "shared", "all").await;
    let shared = world.active_addon("shipping", "shared", "1.0").await;

    let spec = json!({ "addons": [
        at("ingress", "1.0", &[]), at("ingress", "2.0", &[]), at("hidden", "1.0", &[]), at("shared", "3.0", &[])
    ] });
    let refused = world.version("base", "1.0", spec).await.is_problem(422, "validation_failed");
    let faults: Vec<_> = refused.json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["pointer"].as_str().unwrap(), it["code"].as_str().unwrap()))
        .collect();
    let expected = [
        ("/spec/addons/1/version", "version_not_active"),
        ("/spec/addons/2/name", "unknown_reference"),
        ("/spec/addons/3/version", "unknown_reference"),
    ];
    assert_eq!(faults, expected);

    let spec = json!({ "addons": [at("shared", "1.0", &[]), at("ingress", "1.0", &["shared"])] });
    let made = world.version("base", "1.0", spec.clone()).await.is(201);
    let shown = &made.json["spec"]["addons"][1];
    assert_eq!(
        (&shown["name"], &shown["version"], &shown["critical"]),
        (&json!("ingress"), &json!("1.0"), &json!(false))
    );
    let by_id = world.admin.get(&one).await.is(200);
    assert_eq!(shown["versionId"].as_str(), Some(by_id.id().as_str()));
    assert_eq!(by_id.json["status"]["usedBy"][0]["kind"], "BlueprintVersion");
    let path = world.blueprints("/base/versions/1.0");
    assert_eq!(
        version(&world.admin.put(&path, &made.json).await.is(200)),
        1,
        "what is shown can be sent back"
    );
    let mut odd = made.json.clone();
    odd["spec"]["addons"][1]["versionId"] = shown["id"].clone();
    assert_eq!(fault(world.admin.put(&path, &odd).await).1, "reference_disagrees");

    let _ = world.admin.post(&format!("{shared}/disable"), Value::Null).await.is(200);
    let off = fault(world.version("base", "2.0", spec).await);
    assert_eq!((off.0.as_str(), off.1.as_str()), ("/spec/addons/0/version", "version_not_active"));
    let refused = world.tell("base", "1.0", "activate").await.is_problem(409, "invalid_state");
    assert!(refused.json["detail"].as_str().unwrap().contains("which is disabled"), "{}", refused.json);
    let _ = world.admin.post(&format!("{shared}/activate"), Value::Null).await.is(200);
    assert_eq!(phase(&world.tell("base", "1.0", "activate").await.is(200)), "active");
    let _ = world.admin.post(&format!("{shared}/disable"), Value::Null).await.is(200);
    let kept = world.admin.put(&path, &made.json).await.is(200);
    assert_eq!(phase(&kept), "active", "what runs goes on");
    let _ = world.admin.delete(&world.addons("payments", "/ingress")).await.is_problem(409, "in_use");
}

#[tokio::test]
async fn dependencies_are_there_and_no_circles() {
    let world = World::new().await;
    let _ = world.blueprint("base", "custom").await;
    for name in ["a", "b", "c"] {
        world.addon("payments", name, "none").await;
        let _ = world.active_addon("payments", name, "1.0").await;
    }
    let version = |addons: Value| world.version("base", "1.0", json!({ "addons": addons }));
    let circle =
        fault(version(json!([at("c", "1.0", &["a"]), at("a", "1.0", &["b"]), at("b", "1.0", &["a"])])).await);
    assert_eq!((circle.0.as_str(), circle.1.as_str()), ("/spec/addons/1/dependsOn", "dependency_cycle"));
    assert!(circle.2.ends_with("a → b → a"), "{}", circle.2);
    let unknown = fault(version(json!([at("a", "1.0", &[]), at("b", "1.0", &["a", "d"])])).await);
    assert_eq!(
        (unknown.0.as_str(), unknown.1.as_str()),
        ("/spec/addons/1/dependsOn/1", "unknown_dependency")
    );
    let twice = fault(version(json!([at("a", "1.0", &[]), at("a", "1.0", &[])])).await);
    assert_eq!((twice.0.as_str(), twice.1.as_str()), ("/spec/addons/1/name", "duplicate"));
    let _ = version(json!([at("c", "1.0", &["b", "a"]), at("b", "1.0", &["a"]), at("a", "1.0", &[])]))
        .await
        .is(201);
}

#[tokio::test]
async fn a_golden_base_fixes_its_add_ons() {
    let world = World::new().await;
    let _ = world.blueprint("rock", "golden").await;
    let _ = world.blueprint("base", "custom").await;
    world.addon("payments", "ingress", "none").await;
    for name in ["1.0", "2.0"] {
        let _ = world.active_addon("payments", "ingress", name).await;
    }
    let _ = world.active("rock", "1.0", json!({ "addons": [at("ingress", "1.0", &[])] })).await;
    let on = json!({ "name": "rock", "version": "1.0" });
    let version = |name: &'static str, addons: Value| {
        world.version("base", name, json!({ "base": on.clone(), "addons": addons }))
    };
    let other = fault(version("1.0", json!([at("ingress", "2.0", &[])])).await);
    assert_eq!((other.0.as_str(), other.1.as_str()), ("/spec/addons/0", "golden_setting"));
    assert!(other.2.contains("rock 1.0 sets the add-on ingress at 1.0"), "{}", other.2);
    let same = version("1.0", json!([at("ingress", "1.0", &[])])).await.is(201);
    assert_eq!(same.json["status"]["setup"]["addons"].as_array().unwrap().len(), 1);
}

/// Posts to one path and puts to another at the same time.
async fn both(client: &Client, post: &str, to: &str, body: Value) -> (u16, u16) {
    let (one, other) = (client.clone(), client.clone());
    let (post, to) = (post.to_owned(), to.to_owned());
    let posting = tokio::spawn(async move { one.post(&post, Value::Null).await.status.as_u16() });
    let making = tokio::spawn(async move { other.post(&to, body).await.status.as_u16() });
    (posting.await.unwrap(), making.await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_taken_before_it_is_disabled_or_not_at_all() {
    let world = World::new().await;
    let _ = world.blueprint("base", "custom").await;
    world.addon("payments", "ingress", "none").await;
    for round in 0..8 {
        let name = format!("{round}.0");
        let path = world.active_addon("payments", "ingress", &name).await;
        let body = json!({ "metadata": { "name": name }, "spec": { "addons": [at("ingress", &name, &[])] } });
        let versions = world.blueprints("/base/versions");
        let (disabled, made) = both(&world.admin, &format!("{path}/disable"), &versions, body).await;
        assert_eq!(disabled, 200);
        assert!([201, 409, 422].contains(&made), "{made}");
        if made == 201 {
            let last = |reply: testing::Reply| reply.json["items"][0]["position"].as_i64().unwrap();
            let taken = last(world.admin.get(&format!("{versions}/{name}/history")).await.is(200));
            let off = last(world.admin.get(&format!("{path}/history")).await.is(200));
            assert!(taken < off, "it was taken at {taken}, after it was disabled at {off}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_add_on_is_deleted_or_taken_and_not_both() {
    let world = World::new().await;
    let _ = world.blueprint("base", "custom").await;
    for round in 0..8 {
        let name = format!("a{round}");
        world.addon("payments", &name, "none").await;
        let _ = world.active_addon("payments", &name, "1.0").await;
        let (one, other) = (world.admin.clone(), world.admin.clone());
        let (addon, versions) =
            (world.addons("payments", &format!("/{name}")), world.blueprints("/base/versions"));
        let body = json!({ "metadata": { "name": name }, "spec": { "addons": [at(&name, "1.0", &[])] } });
        let deleting = tokio::spawn(async move { one.delete(&addon).await.status.as_u16() });
        let making = tokio::spawn(async move { other.post(&versions, body).await.status.as_u16() });
        let outcome = (deleting.await.unwrap(), making.await.unwrap());
        assert!(matches!(outcome, (200, 409 | 422) | (409, 201)), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_deleted_blueprint_lets_its_add_ons_go() {
    let world = World::new().await;
    let id = world.blueprint("base", "custom").await;
    world.addon("payments", "ingress", "none").await;
    let _ = world.active_addon("payments", "ingress", "1.0").await;
    let _ = world.active("base", "1.0", json!({ "addons": [at("ingress", "1.0", &[])] })).await;
    let addon = world.admin.get(&world.addons("payments", "/ingress")).await.is(200).id();
    let addon = world.addons("payments", &format!("/{addon}"));
    let _ = world.admin.delete(&addon).await.is_problem(409, "in_use");
    let _ = world.admin.delete(&world.blueprints("/base")).await.is(200);
    let versions = world.blueprints(&format!("/{id}/versions"));
    let refused = world.admin.post(&format!("{versions}/1.0/disable"), Value::Null).await;
    let _ = refused.is_problem(409, "invalid_state");
    let _ = world.admin.delete(&addon).await.is(200);

    let restore = world.blueprints(&format!("/{id}/restore"));
    let _ = world.admin.post(&restore, Value::Null).await.is_problem(409, "invalid_state");
    let _ = world.admin.post(&format!("{addon}/restore"), Value::Null).await.is(200);
    let _ = world.admin.post(&restore, Value::Null).await.is(200);
    assert_eq!(phase(&world.admin.get(&format!("{versions}/1.0")).await.is(200)), "active", "as it was");
    let _ = world.admin.delete(&addon).await.is_problem(409, "in_use");
    let _ = world.tell("base", "1.0", "disable").await.is(200);
}
