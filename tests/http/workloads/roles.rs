//! Who may do what with workloads.

use super::{World, workload};
use crate::conventions::names;
use serde_json::{Value, json};

#[tokio::test]
async fn a_namespace_admin_has_its_namespaces_and_nothing_else() {
    let world = World::new().await;
    let ada = world.user("ada", "NAMESPACE_ADMIN", &["checkout"]).await;
    let _ = world.admin.post(&world.workload(""), workload("index", "search", json!({}))).await.is(201);

    let _ = ada.post(&world.workload(""), workload("cart", "checkout", json!({}))).await.is(201);
    let _ = ada.put(&world.workload("basket"), &workload("basket", "checkout", json!({}))).await.is(201);
    let _ = ada.put(&world.workload("basket"), &workload("basket", "checkout", json!({}))).await.is(200);
    let _ =
        ada.patch(&world.workload("cart"), &json!({ "metadata": { "displayName": "Cart" } })).await.is(200);
    let _ = ada.get(&world.workload("cart/revisions")).await.is(200);
    let _ = ada.get(&world.workload("cart/artifact")).await.is(200);
    let unpublished = ada.post(&world.workload("cart/publish"), Value::Null).await;
    let _ = unpublished.is_problem(409, "namespace_not_published");
    assert_eq!(names(&ada.get(&world.workload("")).await.is(200)), ["basket", "cart"]);
    assert_eq!(names(&world.admin.get(&world.workload("")).await.is(200)), ["basket", "cart", "index"]);

    // In another namespace, and where there is none, it is the same to the one who may not.
    for namespace in ["search", "nowhere"] {
        let body = workload("mine", namespace, json!({}));
        for refused in
            [ada.post(&world.workload(""), body.clone()).await, ada.put(&world.workload("mine"), &body).await]
        {
            let refused = refused.is_problem(403, "forbidden");
            assert_eq!(refused.json["missingPermission"], "workload.write", "{namespace}");
        }
    }
    for hidden in ["index", "nothing"] {
        let refused = ada.get(&world.workload(hidden)).await.is_problem(403, "forbidden");
        assert_eq!(refused.json["missingPermission"], "workload.read");
        let refused = ada.get(&world.workload(&format!("{hidden}/revisions/1"))).await;
        let _ = refused.is_problem(403, "forbidden");
        let refused = ada.delete(&world.workload(hidden)).await.is_problem(403, "forbidden");
        assert_eq!(refused.json["missingPermission"], "workload.write");
        for verb in ["publish", "unpublish"] {
            let refused = ada.post(&world.workload(&format!("{hidden}/{verb}")), Value::Null).await;
            assert_eq!(refused.is_problem(403, "forbidden").json["missingPermission"], "workload.publish");
        }
    }
    let protected = json!({ "metadata": { "deletionProtection": true } });
    let refused = ada.patch(&world.workload("cart"), &protected).await.is_problem(403, "forbidden");
    assert_eq!(refused.json["missingPermission"], "deletionProtection.set");
    let _ = ada.delete(&world.workload("cart")).await.is(200);
    let _ = ada.get(&world.at("/projects/shipping/workloads")).await.is_problem(403, "forbidden");
}

#[tokio::test]
async fn a_role_in_a_project_reaches_all_of_its_workloads() {
    let world = World::new().await;
    let _ = world.admin.post(&world.workload(""), workload("cart", "checkout", json!({}))).await.is(201);
    for (name, role, namespaces, writes) in [
        ("ada", "PROJECT_ADMIN", &[][..], true),
        ("bob", "WORKSPACE_ADMIN", &[][..], true),
        ("cat", "INFRA_ADMIN", &[][..], false),
        ("dan", "WORKSPACE_READ_ONLY", &[][..], false),
        ("eve", "NAMESPACE_READ_ONLY", &["checkout"][..], false),
    ] {
        let user = world.user(name, role, namespaces).await;
        let listed = names(&user.get(&world.workload("")).await.is(200));
        assert!(listed.contains(&"cart".to_owned()), "{role}");
        let _ = user.get(&world.workload("cart")).await.is(200);
        let made =
            user.post(&world.workload(""), workload(&format!("of-{name}"), "checkout", json!({}))).await;
        let published = user.post(&world.workload("cart/publish"), Value::Null).await;
        if writes {
            let _ = (made.is(201), published.is_problem(409, "namespace_not_published"));
            let _ = user.get(&world.workload("nothing")).await.is_problem(404, "not_found");
        } else {
            let _ = (made.is_problem(403, "forbidden"), published.is_problem(403, "forbidden"));
        }
    }
}
