//! Who sees and changes clusters.

use super::{World, named};
use crate::conventions::names;
use serde_json::{Value, json};

#[tokio::test]
async fn some_roles_run_clusters_and_others_see_them() {
    let world = World::new().await;
    let _ = world.make("prod", json!({})).await;
    for (name, role, writes) in [
        ("ada", "INFRA_ADMIN", true),
        ("bob", "CLUSTER_ADMIN", true),
        ("cat", "PROJECT_ADMIN", false),
        ("dan", "INFRA_READ_ONLY", false),
        ("eve", "WORKSPACE_ADMIN", false),
    ] {
        let (id, user) = world.user(name).await;
        let _ = user.get(&world.cluster("")).await.is_problem(404, "not_found");
        world.bind(&id, role, "payments").await;
        let seen = names(&user.get(&world.cluster("")).await.is(200));
        assert!(seen.contains(&"prod".to_owned()), "{role}: {seen:?}");
        let _ = user.get(&world.cluster("prod")).await.is(200);
        let made = user.post(&world.cluster(""), named(&format!("of-{name}"))).await;
        let put = user.put(&world.cluster("prod"), &named("prod")).await;
        if writes {
            let _ = (made.is(201), put.is(200));
            let _ =
                user.post(&world.cluster("prod/approve"), Value::Null).await.is_problem(409, "invalid_state");
        } else {
            let refused = [
                (made, "cluster.create"),
                (put, "cluster.update"),
                (user.patch(&world.cluster("prod"), &json!({})).await, "cluster.update"),
                (user.delete(&world.cluster("nothing")).await, "cluster.delete"),
                (user.post(&world.cluster("prod/approve"), Value::Null).await, "cluster.approve"),
                (user.post(&world.cluster("prod/reject"), Value::Null).await, "cluster.approve"),
                (user.post(&world.cluster("prod/decommission"), Value::Null).await, "cluster.decommission"),
                (user.post(&world.cluster("prod/restore"), Value::Null).await, "cluster.create"),
            ];
            for (reply, permission) in refused {
                let refused = reply.is_problem(403, "forbidden");
                assert_eq!(refused.json["missingPermission"], permission, "{role}");
            }
        }
        let elsewhere = user.post(&world.at("/projects/shipping/clusters"), named("x")).await;
        let _ = elsewhere.is_problem(403, "forbidden");
    }
}
