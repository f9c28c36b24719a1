//! What becomes of an add-on.

use super::{World, addon, inline, named, number, phase};
use crate::conventions::names;
use serde_json::{Value, json};

#[tokio::test]
async fn an_addon_is_made_changed_deleted_and_brought_back_with_its_versions() {
    let world = World::new().await;
    let admin = &world.admin;
    let made = admin.post(&world.addon(""), addon("ingress", "yaml")).await.is(201);
    let location = made.header("location").unwrap().to_owned();
    assert!(location.ends_with(&format!("/addons/{}", made.id())), "{location}");
    assert_eq!(
        made.json["spec"],
        json!({ "type": "yaml", "namespace": "ingress", "sharing": { "mode": "none", "projects": [] } })
    );
    assert_eq!((phase(&made), number(&admin.get(&location).await.is(200))), ("active", 1));
    let again = admin.put(&world.addon("ingress"), &made.json).await.is(200);
    assert_eq!((number(&again), again.header("x-position")), (1, None), "what a GET shows can be sent back");

    let share = json!({ "spec": { "sharing": { "mode": "projects", "projects": ["shipping"] } } });
    let shared = admin.patch(&world.addon("ingress"), &share).await.is(200);
    assert_eq!(shared.json["spec"]["sharing"]["projects"][0]["name"], "shipping");
    let _ = world.make("1.0.0", inline()).await;
    let _ = admin.post(&world.version("1.0.0/activate"), Value::Null).await.is(200);

    let deleted = admin.delete(&world.addon("ingress")).await.is(200);
    assert_eq!(phase(&deleted), "deleted");
    let _ = admin.get(&world.version("1.0.0")).await.is_problem(404, "not_found");
    let within = world.addon(&format!("{}/versions", made.id()));
    assert_eq!(
        names(&admin.get(&within).await.is(200)),
        ["1.0.0"],
        "by its id, it is found with its versions"
    );
    let new = super::version("1.1.0", inline());
    let _ = admin.post(&within, new).await.is_problem(409, "invalid_state");
    let _ = admin.post(&world.addon(&format!("{}/restore", made.id())), Value::Null).await.is(200);
    assert_eq!(phase(&admin.get(&world.version("1.0.0")).await.is(200)), "active");
    let history = admin.get(&world.addon("ingress/history")).await.is(200);
    assert_eq!(history.json["items"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn what_cannot_be_is_refused_where_it_stands() {
    let world = World::new().await.with("yaml").await;
    let admin = &world.admin;
    let changed = admin.patch(&world.addon("ingress"), &json!({ "spec": { "type": "helm" } })).await;
    let refused = changed.is_problem(422, "immutable_field");
    assert_eq!(refused.json["errors"][0]["pointer"], "/spec/type");
    let renamed = admin.patch(&world.addon("ingress"), &named("edge")).await;
    let _ = renamed.is_problem(422, "immutable_field");
    for (spec, pointer, code) in [
        (json!({}), "/spec/type", "required"),
        (json!({ "type": "docker" }), "/spec/type", "invalid_value"),
        (json!({ "type": "yaml", "namespace": "A b" }), "/spec/namespace", "invalid_value"),
        (
            json!({ "type": "yaml", "sharing": { "mode": "projects", "projects": ["nowhere"] } }),
            "/spec/sharing/projects/0",
            "unknown_reference",
        ),
    ] {
        let body = json!({ "metadata": { "name": "a" }, "spec": spec });
        let refused = admin.post(&world.addon(""), body).await.is_problem(422, "validation_failed");
        let error = &refused.json["errors"][0];
        assert_eq!(
            (error["pointer"].as_str(), error["code"].as_str()),
            (Some(pointer), Some(code)),
            "{error}"
        );
    }
    let taken = admin.post(&world.addon(""), addon("ingress", "helm")).await;
    let _ = taken.is_problem(409, "name_taken");
    let refused = admin.delete(&world.at("/projects/payments")).await.is_problem(409, "in_use");
    assert_eq!(refused.json["usedBy"][0]["name"], "ingress");
}

#[tokio::test]
async fn roles_see_and_write_addons_as_the_table_says() {
    let world = World::new().await.with("yaml").await;
    let _ = world.make("1.0.0", inline()).await;
    for (name, role, writes) in [
        ("ada", "INFRA_ADMIN", true),
        ("bob", "PROJECT_ADMIN", false),
        ("cat", "CLUSTER_ADMIN", false),
        ("dan", "WORKSPACE_READ_ONLY", false),
    ] {
        let user = world.user(name, role, "payments").await;
        let listed = names(&user.get(&world.addon("")).await.is(200));
        assert!(listed.contains(&"ingress".to_owned()), "{role}");
        let listed = names(&user.get(&world.version("")).await.is(200));
        assert!(listed.contains(&"1.0.0".to_owned()), "{role}");
        let _ = user.get(&world.version("1.0.0/artifact")).await.is(200);
        let made = user.post(&world.addon(""), addon(&format!("of-{name}"), "yaml")).await;
        let version = user.post(&world.version(""), super::version(&format!("1-{name}"), inline())).await;
        if writes {
            let _ = (made.is(201), version.is(201));
        } else {
            let refused = made.is_problem(403, "forbidden");
            assert_eq!(refused.json["missingPermission"], "addon.write");
            let _ = version.is_problem(403, "forbidden");
            for verb in ["activate", "disable"] {
                let path = world.version(&format!("1.0.0/{verb}"));
                let _ = user.post(&path, Value::Null).await.is_problem(403, "forbidden");
            }
            let _ = user.delete(&world.version("nothing")).await.is_problem(403, "forbidden");
        }
        let _ = user.get(&world.at("/projects/shipping/addons")).await.is_problem(403, "forbidden");
    }
}
