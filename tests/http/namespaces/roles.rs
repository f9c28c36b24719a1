//! Who sees and changes which namespaces.

use super::{World, named};
use crate::conventions::names;
use serde_json::{Value, json};

#[tokio::test]
async fn roles_in_namespaces_see_only_those_that_their_binding_names() {
    let world = World::new().await;
    let ids = world.make(&["cart", "checkout", "search"]).await;
    for (name, role) in [("ada", "NAMESPACE_ADMIN"), ("bob", "NAMESPACE_READ_ONLY")] {
        let (id, user) = world.user(name, json!({})).await;
        let _ = user.get(&world.namespace("")).await.is_problem(404, "not_found");
        let _ = world.bind(&id, role, "payments", &["cart", "search"]).await;

        assert_eq!(names(&user.get(&world.at("/projects")).await.is(200)), ["payments"]);
        let _ = user.get(&world.at("/projects/payments")).await.is(200);
        assert_eq!(names(&user.get(&world.namespace("")).await.is(200)), ["cart", "search"]);
        assert_eq!(names(&user.get(&world.namespace("?name=checkout")).await.is(200)), Vec::<String>::new());
        let _ = user.get(&world.namespace("cart")).await.is(200);
        let _ = user.get(&world.namespace(&ids[2])).await.is(200);
        // The project is known, so a 403 comes before whether there is one.
        for hidden in ["checkout", ids[1].as_str(), "nothing"] {
            let refused = user.get(&world.namespace(hidden)).await.is_problem(403, "forbidden");
            assert_eq!(refused.json["missingPermission"], "namespace.read", "{hidden}");
        }
        let _ = user.get(&world.at("/projects/shipping/namespaces")).await.is_problem(403, "forbidden");

        for path in ["cart", "checkout"] {
            let patched = user.patch(&world.namespace(path), &json!({})).await.is_problem(403, "forbidden");
            assert_eq!(patched.json["missingPermission"], "namespace.write");
            let _ = user.delete(&world.namespace(path)).await.is_problem(403, "forbidden");
            let publish = world.namespace(&format!("{path}/publish"));
            let refused = user.post(&publish, Value::Null).await.is_problem(403, "forbidden");
            assert_eq!(refused.json["missingPermission"], "namespace.publish");
        }
        let _ = user.post(&world.namespace(""), named("mine")).await.is_problem(403, "forbidden");
        let _ = user.put(&world.namespace("mine"), &named("mine")).await.is_problem(403, "forbidden");
    }
}

#[tokio::test]
async fn a_role_in_a_project_reaches_all_of_its_namespaces_and_none_of_another() {
    let world = World::new().await;
    let _ = world.make(&["cart", "search"]).await;
    for (name, role, writes) in [
        ("ada", "PROJECT_ADMIN", true),
        ("bob", "WORKSPACE_ADMIN", true),
        ("cat", "INFRA_ADMIN", true),
        ("dan", "CLUSTER_ADMIN", false),
        ("eve", "WORKSPACE_READ_ONLY", false),
    ] {
        let (id, user) = world.user(name, json!({})).await;
        let _ = world.bind(&id, role, "payments", &[]).await;
        let listed = names(&user.get(&world.namespace("")).await.is(200));
        assert!(listed.contains(&"cart".to_owned()), "{role}");
        let made = user.post(&world.namespace(""), named(&format!("of-{name}"))).await;
        let published = user.post(&world.namespace("cart/publish"), Value::Null).await;
        if writes {
            let _ = (made.is(201), published.is(200));
        } else {
            let _ = (made.is_problem(403, "forbidden"), published.is_problem(403, "forbidden"));
        }
        let elsewhere = user.post(&world.at("/projects/shipping/namespaces"), named("x")).await;
        let _ = elsewhere.is_problem(403, "forbidden");
    }
}

#[tokio::test]
async fn a_key_cut_down_to_a_project_or_to_reading_stays_so_in_namespaces() {
    let world = World::new().await;
    let _ = world.make(&["cart"]).await;
    let shipping = world.admin.get(&world.at("/projects/shipping")).await.is(200).id();
    let (id, narrow) = world.user("ada", json!({ "projects": [shipping] })).await;
    let _ = world.bind(&id, "PROJECT_ADMIN", "payments", &[]).await;
    let _ = narrow.get(&world.namespace("")).await.is_problem(403, "forbidden");
    let (id, reader) = world.user("bob", json!({ "readOnly": true })).await;
    let _ = world.bind(&id, "WORKSPACE_ADMIN", "payments", &[]).await;
    let _ = reader.get(&world.namespace("cart")).await.is(200);
    let _ = reader.delete(&world.namespace("cart")).await.is_problem(403, "forbidden");
}
