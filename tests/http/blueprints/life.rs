//! What becomes of blueprints and their versions.

use super::{World, fault, named, phase, version};
use crate::conventions::names;
use serde_json::{Value, json};

#[tokio::test]
async fn a_version_goes_its_way_from_draft_to_disabled_and_back() {
    let world = World::new().await;
    let admin = &world.admin;
    let _ = world.blueprint("base", "custom").await;
    let made =
        world.version("base", "1.0.0", json!({ "drift": { "enabled": true, "action": "deny" } })).await;
    let made = made.is(201);
    let location = made.header("location").unwrap().to_owned();
    assert!(location.ends_with(&format!("/versions/{}", made.id())), "{location}");
    assert_eq!((phase(&made), &made.json["spec"]["namespaceSync"]), ("draft", &json!(false)));
    assert_eq!(made.json["status"]["blueprint"]["name"], "base");
    let _ = admin.get(&location).await.is(200);
    let path = world.blueprints("/base/versions/1.0.0");

    let _ = world.tell("base", "1.0.0", "disable").await.is_problem(409, "invalid_state");
    let patched = admin.patch(&path, &json!({ "spec": { "namespaceSync": true } })).await.is(200);
    assert_eq!(
        (version(&patched), patched.json["status"]["setup"]["namespaceSync"].clone()),
        (2, json!(true))
    );
    let active = world.tell("base", "1.0.0", "activate").await.is(200);
    assert_eq!((phase(&active), version(&active)), ("active", 3));
    let again = world.tell("base", "1.0.0", "activate").await.is(200);
    assert_eq!((version(&again), again.header("x-position")), (3, None), "it is so already");

    let shown = admin.get(&path).await.is(200);
    assert_eq!(shown.json["status"]["usedBy"], json!([]));
    assert_eq!(version(&admin.put(&path, &shown.json).await.is(200)), 3, "what a GET shows can be sent back");
    let refused = admin.patch(&path, &json!({ "spec": { "namespaceSync": false } })).await;
    let _ = refused.is_problem(409, "invalid_state");
    let refused = admin.patch(&path, &json!({ "metadata": { "labels": { "a": "b" } } })).await;
    let _ = refused.is_problem(409, "invalid_state");
    let _ = admin.delete(&path).await.is_problem(409, "invalid_state");

    let disabled = world.tell("base", "1.0.0", "disable").await.is(200);
    assert_eq!((phase(&disabled), &disabled.json["status"]["usedBy"]), ("disabled", &json!([])));
    assert_eq!(phase(&world.tell("base", "1.0.0", "activate").await.is(200)), "active");
    let history = admin.get(&format!("{path}/history")).await.is(200);
    assert_eq!(history.json["items"].as_array().unwrap().len(), 5);
    let taken = world.version("base", "1.0.0", json!({})).await.is_problem(409, "name_taken");
    assert_eq!(taken.json["conflictingId"].as_str(), Some(made.id().as_str()));
}

#[tokio::test]
async fn a_deleted_draft_frees_its_name() {
    let world = World::new().await;
    let _ = world.blueprint("base", "custom").await;
    let draft = world.version("base", "1.0.0", json!({})).await.is(201).id();
    let path = world.blueprints("/base/versions/1.0.0");
    assert_eq!(phase(&world.admin.delete(&path).await.is(200)), "deleted");
    let _ = world.admin.get(&path).await.is_problem(404, "not_found");
    let other = world.version("base", "1.0.0", json!({})).await.is(201).id();
    let restore = world.blueprints(&format!("/base/versions/{draft}/restore"));
    let taken = world.admin.post(&restore, Value::Null).await.is_problem(409, "name_taken");
    assert_eq!(taken.json["conflictingId"].as_str(), Some(other.as_str()));
    let _ = world.admin.delete(&path).await.is(200);
    assert_eq!(phase(&world.admin.post(&restore, Value::Null).await.is(200)), "draft");
    assert_eq!(names(&world.admin.get(&world.blueprints("/base/versions")).await.is(200)), ["1.0.0"]);
}

#[tokio::test]
async fn a_version_builds_on_an_active_version_of_another_blueprint() {
    let world = World::new().await;
    for (name, kind) in [("rock", "golden"), ("sand", "custom"), ("base", "custom")] {
        let _ = world.blueprint(name, kind).await;
    }
    let sets = json!({ "drift": { "enabled": true, "action": "deny" }, "namespaceSync": true });
    let on = |name: &str, version: &str| json!({ "name": name, "version": version });
    let _ = world.version("rock", "1.0", sets.clone()).await.is(201);
    let draft = world.version("base", "1.0", json!({ "base": on("rock", "1.0") })).await;
    let says = "the version 1.0 of rock is draft: activate it first";
    assert_eq!(fault(draft), ("/spec/base/version".into(), "version_not_active".into(), says.into()));
    let rock = world.tell("rock", "1.0", "activate").await.is(200);
    let _ = world.active("sand", "1.0", sets.clone()).await;

    for (spec, pointer, code) in [
        (json!({ "base": on("clay", "1.0") }), "/spec/base/name", "unknown_reference"),
        (json!({ "base": on("rock", "2.0") }), "/spec/base/version", "unknown_reference"),
        (json!({ "base": { "version": "1.0" } }), "/spec/base/name", "required"),
        (json!({ "base": { "name": "rock" } }), "/spec/base/version", "required"),
        (
            json!({ "base": on("rock", "1.0"), "drift": { "enabled": false } }),
            "/spec/drift",
            "golden_setting",
        ),
        (
            json!({ "base": on("rock", "1.0"), "namespaceSync": false }),
            "/spec/namespaceSync",
            "golden_setting",
        ),
    ] {
        let refused = fault(world.version("base", "1.0", spec).await);
        assert_eq!((refused.0.as_str(), refused.1.as_str()), (pointer, code), "{}", refused.2);
    }
    let made = world.version("base", "1.0", json!({ "base": on("rock", "1.0") })).await.is(201);
    assert_eq!(made.json["spec"]["base"]["versionId"].as_str(), Some(rock.id().as_str()));
    assert_eq!(
        (&made.json["spec"]["drift"], &made.json["status"]["setup"]["drift"]["action"]),
        (&Value::Null, &json!("deny"))
    );
    let other =
        world.version("base", "2.0", json!({ "base": on("sand", "1.0"), "namespaceSync": false })).await;
    assert_eq!(other.is(201).json["status"]["setup"]["namespaceSync"], false);

    let _ = world.tell("base", "1.0", "activate").await.is(200);
    let nested = fault(world.version("sand", "2.0", json!({ "base": on("base", "1.0") })).await);
    assert_eq!((nested.0.as_str(), nested.1.as_str()), ("/spec/base", "nested_base"));
    let own = fault(world.version("sand", "2.0", json!({ "base": on("sand", "1.0") })).await);
    assert_eq!((own.0.as_str(), own.1.as_str()), ("/spec/base", "own_base"));
}

#[tokio::test]
async fn a_disabled_base_is_kept_and_begun_with_by_nothing_new() {
    let world = World::new().await;
    for name in ["rock", "base"] {
        let _ = world.blueprint(name, "custom").await;
    }
    let _ = world.active("rock", "1.0", json!({})).await;
    let spec = json!({ "base": { "name": "rock", "version": "1.0" } });
    let _ = world.version("base", "1.0", spec.clone()).await.is(201);
    let off = world.tell("rock", "1.0", "disable").await.is(200);
    let used_by = &off.json["status"]["usedBy"][0];
    assert_eq!((&used_by["kind"], &used_by["name"]), (&json!("BlueprintVersion"), &json!("1.0")));

    let path = world.blueprints("/base/versions/1.0");
    let body = json!({ "metadata": { "name": "1.0", "description": "again" }, "spec": spec });
    let kept = world.admin.put(&path, &body).await.is(200);
    assert_eq!(version(&kept), 2, "what is used already can be used on");
    let refused = world.tell("base", "1.0", "activate").await.is_problem(409, "invalid_state");
    let detail = refused.json["detail"].as_str().unwrap();
    assert!(detail.contains("version 1.0 of the blueprint rock, which is disabled"), "{detail}");
    let fresh = fault(world.version("base", "2.0", spec).await);
    assert_eq!(fresh.1, "version_not_active");
    let _ = world.tell("rock", "1.0", "activate").await.is(200);
    let _ = world.tell("base", "1.0", "activate").await.is(200);
    let refused = world.admin.delete(&world.blueprints("/rock")).await.is_problem(409, "in_use");
    assert_eq!(refused.json["usedBy"][0]["kind"], "BlueprintVersion");
}

#[tokio::test]
async fn blueprints_are_shared_deleted_and_restored() {
    let world = World::new().await;
    let admin = &world.admin;
    let id = world.blueprint("base", "custom").await;
    let path = world.blueprints("/base");
    let golden = admin.patch(&path, &json!({ "spec": { "type": "golden" } })).await;
    assert_eq!(fault(golden).1, "immutable_field");
    let _ = world.active("base", "1.0", json!({})).await;

    let shipping = world.at("/projects/shipping/blueprints");
    let _ = admin.post(&shipping, named("own")).await.is(201);
    let body =
        json!({ "metadata": { "name": "1.0" }, "spec": { "base": { "name": "base", "version": "1.0" } } });
    let versions = format!("{shipping}/own/versions");
    assert_eq!(fault(admin.post(&versions, body.clone()).await).1, "unknown_reference");
    let share = json!({ "spec": { "sharing": { "mode": "projects", "projects": ["shipping"] } } });
    let shared = admin.patch(&path, &share).await.is(200);
    assert_eq!(shared.json["spec"]["sharing"]["projects"][0]["name"], "shipping");
    assert_eq!(
        version(&admin.put(&path, &shared.json).await.is(200)),
        2,
        "what a GET shows can be sent back"
    );
    let _ = admin.post(&versions, body).await.is(201);
    let _ = admin.delete(&path).await.is_problem(409, "in_use");
    let _ = admin.delete(&format!("{versions}/1.0")).await.is(200);

    let _ = admin.delete(&path).await.is(200);
    let refused = admin.post(&world.blueprints(&format!("/{id}/versions")), named("2.0")).await;
    let _ = refused.is_problem(409, "invalid_state");
    let _ = admin.post(&world.blueprints(&format!("/{id}/restore")), Value::Null).await.is(200);
    let _ = admin.get(&world.blueprints("/base/versions/1.0")).await.is(200);
    let refused = admin.delete(&world.at("/projects/payments")).await.is_problem(409, "in_use");
    assert_eq!(refused.json["usedBy"][0]["name"], "base");
}

#[tokio::test]
async fn who_may_do_what() {
    let world = World::new().await;
    let _ = world.blueprint("base", "custom").await;
    let _ = world.active("base", "1.0", json!({})).await;
    let (_, reader) = world.service.member(&world.org, "reader", &["ORG_READ_ONLY"]).await;
    let (_, stranger) = world.service.member(&world.org, "stranger", &[]).await;
    let versions = world.blueprints("/base/versions");
    let _ = reader.get(&versions).await.is(200);
    let impact = reader.get(&format!("{versions}/1.0/impact")).await.is(200);
    assert_eq!(impact.json, json!({ "items": [] }));
    for (path, body) in [
        (world.blueprints(""), named("other")),
        (versions.clone(), named("2.0")),
        (format!("{versions}/1.0/disable"), Value::Null),
        (format!("{versions}/nowhere/activate"), Value::Null),
    ] {
        let refused = reader.post(&path, body).await.is_problem(403, "forbidden");
        assert_eq!(refused.json["missingPermission"], "blueprint.write", "before it is said what is there");
        let _ = stranger.post(&path, Value::Null).await.is_problem(404, "not_found");
    }
    let _ = stranger.get(&versions).await.is_problem(404, "not_found");
}
