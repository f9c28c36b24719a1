//! Examples of blueprints and their versions.

use super::{BLUEPRINT, CLUSTER, ORG, PROJECT, resource};
use serde_json::{Value, json};

const VERSION: &str = "0193f3a0-7c1b-7000-8000-000000000091";
const OLD_VERSION: &str = "0193f3a0-7c1b-7000-8000-000000000092";
const ADDON: &str = "0193f3a0-7c1b-7000-8000-0000000000a0";
const ADDON_VERSION: &str = "0193f3a0-7c1b-7000-8000-0000000000a1";

pub(super) fn blueprint() -> Value {
    resource(
        "Blueprint",
        &json!({ "id": BLUEPRINT, "name": "base", "orgId": ORG, "projectId": PROJECT }),
        &json!({ "type": "custom", "sharing": { "mode": "none", "projects": [] } }),
        &json!({ "phase": "active" }),
    )
}

pub(super) fn version() -> Value {
    let addons = json!([{
        "name": "ingress", "id": ADDON, "version": "1.0.0", "versionId": ADDON_VERSION, "dependsOn": [],
        "critical": true
    }]);
    let drift = json!({ "enabled": true, "action": "notify" });
    resource(
        "BlueprintVersion",
        &json!({ "id": VERSION, "name": "1.2.0", "orgId": ORG, "projectId": PROJECT }),
        &json!({ "base": null, "addons": addons, "drift": drift, "namespaceSync": false }),
        &json!({
            "phase": "active", "blueprint": { "name": "base", "id": BLUEPRINT },
            "setup": { "addons": addons, "drift": drift, "namespaceSync": false },
            "activatedAt": "2026-11-23T09:30:00.123456Z"
        }),
    )
}

pub(super) fn impact() -> Value {
    json!({ "items": [{
        "cluster": { "name": "prod-eu-1", "id": CLUSTER }, "projectId": PROJECT,
        "current": { "name": "1.1.0", "id": OLD_VERSION }, "changes": true,
        "addonsAdded": [{ "name": "monitoring", "version": "2.1.0" }],
        "addonsRemoved": [],
        "addonsChanged": [{ "name": "ingress", "from": "0.9.0", "to": "1.0.0" }],
        "drift": {
            "from": { "enabled": false, "action": "notify" }, "to": { "enabled": true, "action": "notify" }
        },
        "namespaceSync": null
    }] })
}
