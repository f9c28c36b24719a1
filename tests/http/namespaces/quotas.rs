//! A project's quota, shared by its namespaces.

use super::{World, named};
use serde_json::{Value, json};

fn holding(name: &str, quota: &Value) -> Value {
    json!({ "metadata": { "name": name }, "spec": { "quota": quota } })
}

impl World {
    async fn limited(&self, quota: &Value, defaults: &Value) {
        let spec = json!({ "spec": { "quota": quota, "defaultNamespaceQuota": defaults } });
        let _ = self.admin.patch(&self.at("/projects/payments"), &spec).await.is(200);
    }

    async fn used(&self, resource: &str) -> Value {
        let project = self.admin.get(&self.at("/projects/payments")).await.is(200);
        project.json["status"]["usage"][resource]["used"].clone()
    }
}

#[tokio::test]
async fn namespaces_hold_together_at_most_what_the_project_has() {
    let world = World::new().await;
    world.limited(&json!({ "pods": 10, "cpuLimits": "4" }), &json!({})).await;
    let admin = &world.admin;
    let _ =
        admin.post(&world.namespace(""), holding("a", &json!({ "pods": 6, "cpuLimits": "3" }))).await.is(201);
    let refused = admin.post(&world.namespace(""), holding("b", &json!({ "pods": 5 }))).await;
    let refused = refused.is_problem(409, "quota_exceeded");
    let said = |member: &str| refused.json[member].as_str().unwrap().to_owned();
    assert_eq!(
        [said("resource"), said("limit"), said("used"), said("asked"), said("exceededBy")],
        ["pods", "10", "6", "5", "1"]
    );
    let _ = admin
        .post(&world.namespace(""), holding("b", &json!({ "pods": 4, "cpuLimits": "500m" })))
        .await
        .is(201);
    assert_eq!((world.used("pods").await, world.used("cpuLimits").await), (json!("10"), json!("3500m")));
    let more = json!({ "spec": { "quota": { "cpuLimits": "2" } } });
    let _ = admin.patch(&world.namespace("b"), &more).await.is_problem(409, "quota_exceeded");
    let less = json!({ "spec": { "quota": { "pods": 9 } } });
    let _ = admin.patch(&world.at("/projects/payments"), &less).await.is_problem(409, "quota_exceeded");

    let a = admin.delete(&world.namespace("a")).await.is(200).id();
    assert_eq!(world.used("pods").await, json!("4"));
    let _ = admin.patch(&world.namespace("b"), &more).await.is(200);
    let restore = world.namespace(&format!("{a}/restore"));
    let _ = admin.post(&restore, Value::Null).await.is_problem(409, "quota_exceeded");
}

#[tokio::test]
async fn what_a_namespace_does_not_name_is_the_projects_default() {
    let world = World::new().await;
    world.limited(&json!({ "pods": 10 }), &json!({ "pods": 4, "cpuRequests": "2" })).await;
    let admin = &world.admin;
    let made = admin.post(&world.namespace(""), holding("a", &json!({ "services": 3 }))).await.is(201);
    assert_eq!(made.json["spec"]["quota"], json!({ "services": 3 }));
    assert_eq!(made.json["status"]["quota"], json!({ "services": 3, "pods": 4, "cpuRequests": "2" }));
    let _ = admin.post(&world.namespace(""), named("b")).await.is(201);
    let _ = admin.post(&world.namespace(""), named("c")).await.is_problem(409, "quota_exceeded");

    world.limited(&json!({ "pods": 10 }), &json!({ "pods": 1 })).await;
    let same = admin.put(&world.namespace("a"), &made.json).await.is(200);
    assert_eq!(same.json["status"]["quota"]["pods"], 4, "a new default is for new quotas");
    let changed = json!({ "spec": { "quota": { "services": 2 } } });
    let changed = admin.patch(&world.namespace("a"), &changed).await.is(200);
    assert_eq!(changed.json["status"]["quota"], json!({ "services": 2, "pods": 1, "cpuRequests": "2" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_race_for_the_last_of_the_quota_as_many_get_it_as_there_is() {
    let world = World::new().await;
    world.limited(&json!({ "pods": 5 }), &json!({})).await;
    let racing: Vec<_> = (0..12)
        .map(|number| {
            let (admin, path) = (world.admin.clone(), world.namespace(""));
            let body = holding(&format!("n{number}"), &json!({ "pods": 1 }));
            tokio::spawn(async move { admin.post(&path, body).await })
        })
        .collect();
    let mut made = 0;
    for one in racing {
        let reply = one.await.unwrap();
        if reply.status.as_u16() == 201 {
            made += 1;
        } else {
            let _ = reply.is_problem(409, "quota_exceeded");
        }
    }
    assert_eq!((made, world.used("pods").await), (5, json!("5")));
}
