//! What uses a thing is named to those who may read it, and counted for those who may not.

use super::{World, addon, inline, named, version};
use serde_json::{Value, json};

#[tokio::test]
async fn what_uses_it_is_named_only_to_those_who_may_read_that() {
    let world = World::new().await;
    let mut shared = addon("ingress", "yaml");
    shared["spec"]["sharing"] = json!({ "mode": "all" });
    let _ = world.admin.post(&world.addon(""), shared).await.is(201);
    let _ = world.admin.post(&world.version(""), version("1.0.0", inline())).await.is(201);
    let _ = world.admin.post(&world.version("1.0.0/activate"), Value::Null).await.is(200);
    for project in ["payments", "shipping"] {
        let blueprints = world.at(&format!("/projects/{project}/blueprints"));
        let _ = world.admin.post(&blueprints, named("base")).await.is(201);
        let takes = json!({
            "metadata": { "name": format!("of-{project}") }, "spec": { "addons": [{ "name": "ingress", "version": "1.0.0" }] }
        });
        let _ = world.admin.post(&format!("{blueprints}/base/versions"), takes).await.is(201);
    }

    let seen = world.admin.get(&world.version("1.0.0")).await.is(200);
    assert_eq!(names(&seen.json["status"]), ["of-payments", "of-shipping"]);
    assert_eq!(seen.json["status"]["usedByOthers"], 0);

    let infra = world.user("infra", "INFRA_ADMIN", "payments").await;
    let seen = infra.get(&world.version("1.0.0")).await.is(200);
    assert_eq!(
        (names(&seen.json["status"]), &seen.json["status"]["usedByOthers"]),
        (vec!["of-payments"], &json!(1))
    );
    for _ in ["at first", "and again, by its key"] {
        let refused = infra.delete(&world.addon("ingress")).key("gone").await.is_problem(409, "in_use");
        assert_eq!((names(&refused.json), &refused.json["usedByOthers"]), (vec!["of-payments"], &json!(1)));
        assert!(!refused.json.to_string().contains("of-shipping"), "{}", refused.json);
    }
    let refused = world.admin.delete(&world.addon("ingress")).await.is_problem(409, "in_use");
    assert_eq!(
        (names(&refused.json), &refused.json["usedByOthers"]),
        (vec!["of-payments", "of-shipping"], &Value::Null)
    );
}

fn names(of: &Value) -> Vec<&str> {
    let mut names: Vec<&str> =
        of["usedBy"].as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}
