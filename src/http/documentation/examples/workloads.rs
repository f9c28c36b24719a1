//! Examples of workloads and their revisions.

use super::{CLUSTER, NAMESPACE, ORG, PROJECT, resource};
use serde_json::{Value, json};

const WORKLOAD: &str = "0193f3a0-7c1b-7000-8000-000000000090";
const REVISION: &str = "0193f3a0-7c1b-7000-8000-000000000091";

/// What runs in the workload, as its spec and its revisions show it.
fn workload_content(beside: Value) -> Value {
    let mut content = json!({
        "namespace": { "name": "checkout", "id": NAMESPACE },
        "type": "yaml",
        "artifact": {
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "sizeBytes": 2048
        },
        "placement": { "clusters": [], "labelSelector": "env=prod" },
        "overrides": [],
        "drift": { "enabled": false, "action": "notify" },
        "rollout": { "strategy": "allAtOnce", "waves": [] }
    });
    if let (Value::Object(content), Value::Object(beside)) = (&mut content, beside) {
        content.extend(beside);
    }
    content
}

/// A workload.
pub(super) fn workload() -> Value {
    resource(
        "Workload",
        &json!({ "id": WORKLOAD, "name": "cart", "orgId": ORG, "projectId": PROJECT, "version": 2 }),
        &workload_content(json!({})),
        &json!({
            "phase": "published",
            "conditions": [{
                "type": "Published", "status": "True", "reason": "OnClusters",
                "message": "Revision 1 is on 1 cluster.",
                "lastTransitionTime": "2026-11-23T09:30:00.123456Z", "observedGeneration": 2
            }],
            "revision": 1,
            "unpublishedChanges": false,
            "targets": [{ "clusterId": CLUSTER, "name": "prod-eu-1", "phase": "pending", "overrides": [] }],
            "rollUp": { "phase": "pending", "total": 1, "pending": 1 }
        }),
    )
}

/// A revision of it.
pub(super) fn workload_revision() -> Value {
    resource(
        "WorkloadRevision",
        &json!({ "id": REVISION, "name": "1", "orgId": ORG, "projectId": PROJECT }),
        &workload_content(json!({
            "workload": { "name": "cart", "id": WORKLOAD }, "revision": 1, "notes": "first",
            "rolledBackTo": null
        })),
        &json!({
            "phase": "recorded",
            "targets": [{ "clusterId": CLUSTER, "name": "prod-eu-1", "overrides": [] }]
        }),
    )
}
