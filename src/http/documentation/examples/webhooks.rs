//! Examples of webhooks and of what is delivered to them.

use super::{ORG, resource};
use serde_json::{Value, json};

const WEBHOOK: &str = "0193f3a0-7c1b-7000-8000-000000000070";

pub(super) fn webhook() -> Value {
    resource(
        "Webhook",
        &json!({ "id": WEBHOOK, "name": "cmdb", "orgId": ORG }),
        &json!({
            "url": "https://hooks.acme.test/quarterdeck", "types": ["io.quarterdeck.cluster.*"], "after": null,
            "enabled": true
        }),
        &json!({
            "phase": "active", "conditions": [], "secretVersion": 1, "previousSecretUntil": null,
            "progress": {
                "position": 41, "behind": 1, "behindSeconds": 2, "attempts": 0, "nextAttemptAt": null,
                "lastDeliveredAt": "2026-11-23T09:30:00.123456Z", "lastError": null
            }
        }),
    )
}

pub(super) fn delivery() -> Value {
    json!({
        "kind": "Delivery",
        "metadata": {
            "id": "0193f3a0-7c1b-7000-8000-000000000071", "orgId": ORG, "webhookId": WEBHOOK,
            "createdAt": "2026-11-23T09:30:00.123456Z"
        },
        "spec": {
            "eventId": "0193f3a0-7c1b-7000-8000-000000000072", "eventType": "io.quarterdeck.cluster.created.v1",
            "position": 42
        },
        "status": { "phase": "delivered", "nextAttemptAt": null, "attempts": [{
            "at": "2026-11-23T09:30:00.223456Z", "outcome": "delivered", "detail": "204 No Content",
            "statusCode": 204, "durationMillis": 31, "address": "203.0.113.9:443",
            "requestHeaders": [["content-type", "application/cloudevents+json"]],
            "responseHeaders": [["server", "nginx"]], "responseBody": ""
        }] }
    })
}
