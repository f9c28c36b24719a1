//! Examples of clusters.

use super::{BLUEPRINT, CLUSTER, ORG, PROJECT, resource};
use serde_json::{Value, json};

pub(super) fn cluster() -> Value {
    resource(
        "Cluster",
        &json!({
            "id": CLUSTER, "name": "prod-eu-1", "orgId": ORG, "projectId": PROJECT, "labels": { "env": "prod" }
        }),
        &json!({
            "type": "imported", "provider": "EKS", "environment": "CLOUD", "location": "eu-west-1",
            "autoApprove": false,
            "sharing": { "mode": "none", "projects": [] },
            "blueprint": {
                "name": "base", "id": BLUEPRINT, "version": "1.2.0", "versionId": "0193f3a0-7c1b-7000-8000-000000000091"
            },
            "proxy": {
                "httpProxy": "http://proxy.acme.test:3128", "httpsProxy": null, "noProxy": [".svc", "10.0.0.0/8"],
                "user": "egress", "hasPassword": true
            }
        }),
        &json!({
            "phase": "ready",
            "conditions": [{
                "type": "Ready", "status": "True", "reason": "Healthy", "message": "All is well.",
                "lastTransitionTime": "2026-11-23T09:30:00.123456Z", "observedGeneration": 4
            }],
            "agent": {
                "agentVersion": "1.0.0", "kubernetesVersion": "v1.31.2",
                "registeredAt": "2026-11-23T09:30:00.123456Z", "approvedAt": "2026-11-23T09:30:00.123456Z"
            },
            "bootstrapExpiresAt": null,
            "lastSeenAt": "2026-11-23T09:30:00.123456Z"
        }),
    )
}

pub(super) fn bootstrap() -> Value {
    json!({
        "token": "qdjt_01935d2e000070008000000000000060_0Eoh211G4c8wtVWM00my5rsNSFlKgaWqQ4mb8gdEqno3DtVMg",
        "manifest": "---\napiVersion: \"v1\"\nkind: \"Namespace\"\nmetadata:\n  name: \"quarterdeck-system\"\n",
        "expiresAt": "2026-11-24T09:30:00.123456Z"
    })
}
