//! What workloads and namespaces must agree on, they agree on under the ledger's lock.

use super::{World, workload};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn of_a_workload_published_and_its_namespace_unpublished_one_is_refused() {
    let world = World::with_clusters(&[("a", "canary"), ("b", "main")]).await;
    let _ = world.admin.post(&world.workload(""), workload("cart", "checkout", json!({}))).await.is(201);
    let (mut published, mut unpublished) = (0, 0);
    for _ in 0..12 {
        let (one, other) = (world.admin.clone(), world.admin.clone());
        let publish = world.workload("cart/publish");
        let unpublish = world.at("/projects/payments/namespaces/checkout/unpublish");
        let publishing = tokio::spawn(async move { one.post(&publish, Value::Null).await });
        let unpublishing = tokio::spawn(async move { other.post(&unpublish, Value::Null).await });
        let (workload, namespace) = (publishing.await.unwrap(), unpublishing.await.unwrap());
        if workload.status.as_u16() == 200 {
            let _ = namespace.is_problem(409, "in_use");
            published += 1;
            let _ = world.tell("cart", "unpublish").await.is(200);
        } else {
            let _ = (workload.is_problem(409, "namespace_not_published"), namespace.is(200));
            unpublished += 1;
            let _ = world.publish_namespace("checkout").await.is(200);
        }
    }
    assert_eq!(published + unpublished, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_workload_made_and_its_namespace_deleted_one_is_refused() {
    let world = World::new().await;
    for round in 0..8 {
        let namespace = format!("n{round}");
        let body = json!({ "metadata": { "name": namespace } });
        let path = world.at("/projects/payments/namespaces");
        let _ = world.admin.post(&path, body).await.is(201);
        let (one, other) = (world.admin.clone(), world.admin.clone());
        let (create, delete) = (world.workload(""), format!("{path}/{namespace}"));
        let body = workload(&format!("w{round}"), &namespace, json!({}));
        let creating = tokio::spawn(async move { one.post(&create, body).await.status.as_u16() });
        let deleting = tokio::spawn(async move { other.delete(&delete).await.status.as_u16() });
        let outcome = (creating.await.unwrap(), deleting.await.unwrap());
        assert!(matches!(outcome, (201, 409) | (409 | 422, 200)), "{outcome:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_publish_at_once_each_revision_is_made_once() {
    let world = World::with_clusters(&[("a", "canary")]).await;
    let _ = world.admin.post(&world.workload(""), workload("cart", "checkout", json!({}))).await.is(201);
    let publishing: Vec<_> = (0..8)
        .map(|_| {
            let (admin, path) = (world.admin.clone(), world.workload("cart/publish"));
            tokio::spawn(async move { admin.post(&path, Value::Null).await })
        })
        .collect();
    for one in publishing {
        assert_eq!(one.await.unwrap().is(200).json["status"]["revision"], 1);
    }
    let revisions = world.admin.get(&world.workload("cart/revisions")).await.is(200);
    assert_eq!(revisions.json["items"].as_array().unwrap().len(), 1);
}
