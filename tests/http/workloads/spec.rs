//! What a workload is made of.

use super::{SETTINGS, World, workload};
use serde_json::{Value, json};

#[tokio::test]
async fn what_cannot_be_is_refused_where_it_stands() {
    let world = World::new().await;
    let helm =
        json!({ "helm": { "repository": "https://charts.acme.test", "chart": "cart", "version": "1.0.0" } });
    let on = |text: &str, value: &str| {
        let mut on = json!({ "labelSelector": "tier=canary" });
        on[text] = json!(value);
        json!({ "overrides": [on] })
    };
    let waves = |waves: Value| json!({ "rollout": { "strategy": "waves", "waves": waves } });
    for (more, pointer, code) in [
        (json!({ "namespace": "nowhere" }), "/spec/namespace", "unknown_reference"),
        (json!({ "type": "jar" }), "/spec/type", "invalid_value"),
        (json!({ "artifact": {} }), "/spec/artifact", "required"),
        (json!({ "artifact": helm }), "/spec/artifact/helm", "artifact_does_not_fit"),
        (json!({ "type": "helm" }), "/spec/artifact/inline", "artifact_does_not_fit"),
        (json!({ "artifact": { "inline": "kind: A" } }), "/spec/artifact/inline", "invalid_artifact"),
        (json!({ "artifact": { "sha256": "0".repeat(64) } }), "/spec/artifact/sha256", "unknown_artifact"),
        (json!({ "placement": { "clusters": ["c"] } }), "/spec/placement/clusters/0", "unknown_reference"),
        (
            json!({ "placement": { "labelSelector": "a in" } }),
            "/spec/placement/labelSelector",
            "invalid_value",
        ),
        (json!({ "overrides": [{ "patch": SETTINGS }] }), "/spec/overrides/0/clusters", "required"),
        (json!({ "overrides": [{ "labelSelector": "" }] }), "/spec/overrides/0/patch", "required"),
        (
            json!({ "overrides": [{ "labelSelector": "", "patch": SETTINGS, "values": "a: 1" }] }),
            "/spec/overrides/0/values",
            "unexpected",
        ),
        (on("patch", "kind: ConfigMap"), "/spec/overrides/0/patch", "invalid_artifact"),
        (on("patch", &"#".repeat(70_000)), "/spec/overrides/0/patch", "too_long"),
        (
            json!({ "overrides": [{ "clusters": ["c"], "patch": SETTINGS }] }),
            "/spec/overrides/0/clusters/0",
            "unknown_reference",
        ),
        (json!({ "overrides": vec![json!({}); 65] }), "/spec/overrides", "too_many"),
        (json!({ "rollout": { "strategy": "waves" } }), "/spec/rollout/waves", "required"),
        (json!({ "rollout": { "waves": [{ "maxClusters": 1 }] } }), "/spec/rollout/waves", "unexpected"),
        (waves(json!([{ "pauseMinutes": 5 }])), "/spec/rollout/waves/0/clusters", "required"),
        (waves(json!([{ "maxClusters": 0 }])), "/spec/rollout/waves/0/maxClusters", "out_of_range"),
        (
            waves(json!([{ "maxClusters": 1, "pauseMinutes": 10_081 }])),
            "/spec/rollout/waves/0/pauseMinutes",
            "out_of_range",
        ),
        (waves(json!([{ "clusters": ["c"] }])), "/spec/rollout/waves/0/clusters/0", "unknown_reference"),
        (waves(json!(vec![json!({ "maxClusters": 1 }); 33])), "/spec/rollout/waves", "too_many"),
        (json!({ "drift": { "action": "shout" } }), "/spec/drift/action", "invalid_value"),
        (json!({ "replicas": 3 }), "/spec/replicas", "unknown_field"),
    ] {
        let body = workload("cart", "checkout", more);
        let refused = world.admin.post(&world.workload(""), body).await.is_problem(422, "validation_failed");
        let error = &refused.json["errors"][0];
        assert_eq!(
            (error["pointer"].as_str(), error["code"].as_str()),
            (Some(pointer), Some(code)),
            "{error}"
        );
    }
    for missing in ["namespace", "type", "artifact"] {
        let mut body = workload("cart", "checkout", json!({}));
        let _ = body["spec"].as_object_mut().unwrap().remove(missing);
        let refused = world.admin.post(&world.workload(""), body).await.is_problem(422, "validation_failed");
        assert_eq!(refused.json["errors"][0]["pointer"], format!("/spec/{missing}"));
    }
}

#[tokio::test]
async fn a_chart_takes_values_and_manifests_take_patches() {
    let world = World::new().await;
    let helm =
        json!({ "helm": { "repository": "https://charts.acme.test", "chart": "cart", "version": "1.0.0" } });
    let with = |overrides: Value| {
        workload("cart", "checkout", json!({ "type": "helm", "artifact": helm, "overrides": overrides }))
    };
    let refused = world
        .admin
        .put(&world.workload("cart"), &with(json!([{ "labelSelector": "", "values": "- 1" }])))
        .await;
    let error = refused.is_problem(422, "validation_failed").json["errors"][0].clone();
    assert_eq!(
        (&error["pointer"], &error["code"]),
        (&json!("/spec/overrides/0/values"), &json!("invalid_artifact"))
    );
    let overrides = json!([
        { "clusters": [], "labelSelector": "region=eu", "values": "replicaCount: 3\n", "patch": null },
        { "clusters": [], "labelSelector": "", "values": "image: {tag: next}\n", "patch": null }
    ]);
    let made = world.admin.put(&world.workload("cart"), &with(overrides.clone())).await.is(201);
    assert_eq!(made.json["spec"]["overrides"], overrides);
    let yaml = json!({ "spec": { "type": "yaml", "artifact": { "inline": SETTINGS } } });
    let refused =
        world.admin.patch(&world.workload("cart"), &yaml).await.is_problem(422, "validation_failed");
    assert_eq!(refused.json["errors"][0]["pointer"], "/spec/overrides/0/patch");
}
