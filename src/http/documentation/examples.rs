//! Examples of answers, one a kind; a test holds each against its schema.

mod blueprints;
mod clusters;
mod webhooks;
mod workloads;

use super::complete::{component, successes};
use serde_json::{Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::path::Operation;

const PARTNER: &str = "0193f3a0-7c1b-7000-8000-000000000001";
const ORG: &str = "0193f3a0-7c1b-7000-8000-000000000010";
const PROJECT: &str = "0193f3a0-7c1b-7000-8000-000000000060";
const NAMESPACE: &str = "0193f3a0-7c1b-7000-8000-000000000070";
const CLUSTER: &str = "0193f3a0-7c1b-7000-8000-000000000080";
const BLUEPRINT: &str = "0193f3a0-7c1b-7000-8000-000000000090";
const USER: &str = "0193f3a0-7c1b-7000-8000-000000000020";
const KEY: &str = "0193f3a0-7c1b-7000-8000-000000000030";
const GROUP: &str = "0193f3a0-7c1b-7000-8000-000000000040";
const BINDING: &str = "0193f3a0-7c1b-7000-8000-000000000050";
const ADDON: &str = "0193f3a0-7c1b-7000-8000-000000000090";
const ADDON_VERSION: &str = "0193f3a0-7c1b-7000-8000-000000000091";
const ACCESS_KEY_ID: &str = "QDAK0123456789ABCDEF";

/// Gives every answer of success an example, where it has none of its own.
pub(super) fn document(operation: &mut Operation) {
    for (_, response) in successes(operation) {
        let RefOr::T(response) = response else { continue };
        for content in response.content.values_mut() {
            if let RefOr::T(content) = content
                && content.example.is_none()
                && content.examples.is_empty()
                && let Some(RefOr::Ref(reference)) = &content.schema
            {
                content.example = component(&reference.ref_location).and_then(of);
            }
        }
    }
}

/// An example of what the schema of this name describes; pages have one item.
pub(super) fn of(schema: &str) -> Option<Value> {
    Some(match schema {
        "Org" => org(),
        "Partner" => partner(),
        "User" => user(),
        "ApiKey" => api_key(),
        "Project" => project(),
        "Webhook" => webhooks::webhook(),
        "Delivery" => webhooks::delivery(),
        "Cluster" => clusters::cluster(),
        "Bootstrap" => clusters::bootstrap(),
        "Namespace" => namespace(),
        "Workload" => workloads::workload(),
        "WorkloadRevision" => workloads::workload_revision(),
        "Blueprint" => blueprints::blueprint(),
        "BlueprintVersion" => blueprints::version(),
        "BlueprintImpact" => blueprints::impact(),
        "Addon" => addon(),
        "AddonVersion" => addon_version(),
        "ApplyReply" => apply_reply(),
        "Me" => me(),
        "AuditEntry" => audit_entry(),
        "Group" => group(),
        "RoleBinding" => role_binding(),
        "RoleList" => json!({ "items": [{
            "role": "NAMESPACE_READ_ONLY", "level": "namespace",
            "permissions": [{ "name": "workload.read", "reach": "namedNamespaces" }]
        }] }),
        "AccessCheck" => access_check(),
        "HistoryEntry" => history_entry(),
        "HistoryPage" => json!({ "items": [history_entry()], "nextPageToken": null, "position": 42 }),
        "Diff" => diff(),
        "Blame" => blame(),
        "LedgerProof" => ledger_proof(),
        "EventPage" => json!({ "items": [event()], "nextAfter": "1.17", "position": 17 }),
        "EventTypeList" => json!({ "items": event_type() }),
        "AuditPage" => json!({ "items": [audit_entry()], "nextPageToken": null, "position": 42 }),
        page => {
            let item = of(page.strip_suffix("Page")?)?;
            json!({ "items": [item], "nextPageToken": null, "position": 42 })
        }
    })
}

fn resource(kind: &str, metadata: &Value, spec: &Value, status: &Value) -> Value {
    let actor = json!({ "kind": "ApiKey", "id": ACCESS_KEY_ID, "userId": USER });
    let mut all = json!({
        "id": null, "name": null, "displayName": "", "description": "", "orgId": null, "projectId": null,
        "labels": {}, "annotations": {}, "version": 1, "deletionProtection": false,
        "createdAt": "2026-11-23T09:30:00.123456Z", "createdBy": actor,
        "updatedAt": "2026-11-23T09:30:00.123456Z", "updatedBy": actor, "deletedAt": null
    });
    for (member, value) in metadata.as_object().into_iter().flatten() {
        all[member] = value.clone();
    }
    json!({ "apiVersion": "v1", "kind": kind, "metadata": all, "spec": spec, "status": status })
}

fn org() -> Value {
    resource(
        "Org",
        &json!({ "id": ORG, "name": "acme", "displayName": "Acme Ltd", "partnerId": PARTNER, "orgId": ORG }),
        &json!({
            "externalId": "crm-17",
            "contact": { "firstName": "Ada", "lastName": "L", "email": "ada@acme.test", "phone": null },
            "settings": {
                "apiKeyDefaultValidityHours": 2160, "apiKeyMaxValidityHours": 8760,
                "allowNonExpiringKeys": false, "allowPartnerKeys": true, "allowBreakGlass": false
            }
        }),
        &json!({
            "phase": "active", "origin": "partner", "approvedAt": "2026-11-23T09:30:00.123456Z", "reason": null
        }),
    )
}

fn partner() -> Value {
    resource(
        "Partner",
        &json!({ "id": PARTNER, "name": "northwind", "displayName": "Northwind" }),
        &json!({
            "host": "k8s.northwind.test", "productName": "Northwind Kubernetes",
            "logoUrl": "https://northwind.test/logo.svg", "iconUrl": null,
            "colors": { "primary": "#0b5fff", "accent": null },
            "links": { "support": "https://northwind.test/support" },
            "policy": { "signup": "closed", "orgApproval": "automatic" }
        }),
        &json!({ "phase": "active" }),
    )
}

/// Of a ledger with two events, of which the second is proved.
fn ledger_proof() -> Value {
    let [first, second, root] = ["6e340b9c", "96a296d2", "fac54203"].map(|begin| begin.repeat(8));
    json!({
        "size": 2, "root": root, "position": 2, "leaf": second, "hashes": [first],
        "from": null, "fromRoot": null, "consistency": null, "checkpointConsistency": [],
        "checkpoint": format!(
            "quarterdeck.dev/{PARTNER}/1/scopes/{ORG}\n2\n+sVCA+bHlvzwywgD5seW/PDLCAPmx5b88MsIA+bHlvw=\ntime \
             2026-11-23T09:30:00.123456Z\n\n\u{2014} quarterdeck.dev/{PARTNER}/1/scopes/{ORG} AAAAAA==\n"
        )
    })
}

fn project() -> Value {
    resource(
        "Project",
        &json!({ "id": PROJECT, "name": "payments", "orgId": ORG, "labels": { "tier": "1" } }),
        &json!({
            "quota": { "cpuRequests": "40", "memoryRequests": "64Gi", "pods": 500 },
            "defaultNamespaceQuota": { "cpuRequests": "2", "memoryRequests": "4Gi" },
            "excludedNamespaces": ["legacy"]
        }),
        &json!({ "phase": "active", "conditions": [] }),
    )
}

fn namespace() -> Value {
    resource(
        "Namespace",
        &json!({ "id": NAMESPACE, "name": "checkout", "orgId": ORG, "projectId": PROJECT }),
        &json!({
            "labels": { "team": "pay" },
            "annotations": {},
            "quota": { "cpuLimits": "4" },
            "limitRange": {
                "default": { "cpu": "500m", "memory": "512Mi" },
                "defaultRequest": { "cpu": "100m", "memory": "128Mi" },
                "min": {},
                "max": { "memory": "2Gi" }
            },
            "placement": { "clusters": [{ "name": "prod-eu-1", "id": CLUSTER }], "labelSelector": null }
        }),
        &json!({
            "phase": "published",
            "conditions": [{
                "type": "Published", "status": "True", "reason": "OnClusters",
                "message": "It is on 1 cluster.",
                "lastTransitionTime": "2026-11-23T09:30:00.123456Z", "observedGeneration": 2
            }],
            "quota": { "cpuLimits": "4", "cpuRequests": "2", "memoryRequests": "4Gi" },
            "clusters": [{ "id": CLUSTER, "name": "prod-eu-1", "phase": "pending" }]
        }),
    )
}

fn user() -> Value {
    resource(
        "User",
        &json!({ "id": USER, "name": "ci@acme.test", "orgId": ORG }),
        &json!({
            "email": "ci@acme.test", "firstName": "CI", "lastName": "Bot", "access": "programmatic",
            "roles": ["ORG_ADMIN"]
        }),
        &json!({ "phase": "active", "reason": null }),
    )
}

fn api_key() -> Value {
    resource(
        "ApiKey",
        &json!({ "id": KEY, "name": "pipeline", "orgId": ORG }),
        &json!({
            "userId": USER, "neverExpires": false,
            "scope": { "readOnly": false, "roleCap": null, "projects": [], "cidrs": [] }
        }),
        &json!({
            "phase": "active", "accessKeyId": ACCESS_KEY_ID, "expiresAt": "2026-12-23T09:30:00.123456Z",
            "supersededBy": null, "byPartner": false, "reason": null, "lastUsedAt": null
        }),
    )
}

fn apply_reply() -> Value {
    json!({ "atomic": true, "results": [{
        "index": 0, "line": 1, "kind": "Project", "name": "payments", "project": null, "parent": null,
        "result": "created", "id": PROJECT, "version": 1, "problem": null
    }] })
}

fn me() -> Value {
    json!({
        "user": { "id": USER, "email": "ci@acme.test", "firstName": "CI", "lastName": "Bot" },
        "memberships": [
            { "kind": "Org", "id": ORG, "name": "acme", "phase": "active", "roles": ["ORG_ADMIN"] }
        ],
        "key": {
            "id": KEY, "accessKeyId": ACCESS_KEY_ID, "expiresAt": "2026-12-23T09:30:00.123456Z", "readOnly": false
        },
        "roles": ["ORG_ADMIN"],
        "permissions": ["org.read", "user.read"]
    })
}

fn audit_entry() -> Value {
    json!({
        "position": 17, "time": "2026-11-23T09:30:00.123456Z", "action": "org.create", "outcome": "allowed",
        "kind": "Org", "objectId": ORG, "objectName": "acme", "projectId": null,
        "actor": { "kind": "User", "id": USER }, "credentialId": ACCESS_KEY_ID, "authMethod": "basic",
        "client": "api", "sourceIp": "192.0.2.7", "requestId": "0193f3a0-7c1b-7000-8000-000000000040",
        "correlationId": "0193f3a0-7c1b-7000-8000-000000000040", "reason": null, "code": null,
        "eventTypes": ["io.quarterdeck.org.created.v1"],
        "changes": [{ "pointer": "/metadata/name", "old": null, "new": "acme" }]
    })
}

fn history_entry() -> Value {
    json!({
        "version": 3, "position": 42, "time": "2026-11-23T09:30:00.123456Z",
        "actor": { "kind": "User", "id": USER }, "credentialId": ACCESS_KEY_ID, "client": "api",
        "reason": "more customers", "requestId": "0193f3a0-7c1b-7000-8000-000000000041",
        "eventTypes": ["io.quarterdeck.project.updated.v1"],
        "changes": [{ "pointer": "/spec/quota/pods", "old": 500, "new": 600 }]
    })
}

fn diff() -> Value {
    json!({
        "from": 2, "to": 3,
        "patch": [{ "op": "replace", "path": "/spec/quota/pods", "value": 600 }],
        "reversePatch": [{ "op": "replace", "path": "/spec/quota/pods", "value": 500 }],
        "changes": [{ "pointer": "/spec/quota/pods", "old": 500, "new": 600 }]
    })
}

fn blame() -> Value {
    json!({ "version": 3, "items": [{
        "pointer": "/spec/quota/pods", "value": 600, "version": 3, "position": 42,
        "time": "2026-11-23T09:30:00.123456Z", "actor": { "kind": "User", "id": USER },
        "credentialId": ACCESS_KEY_ID, "client": "api", "reason": "more customers",
        "requestId": "0193f3a0-7c1b-7000-8000-000000000041"
    }] })
}

fn group() -> Value {
    resource(
        "Group",
        &json!({ "id": GROUP, "name": "dev", "orgId": ORG }),
        &json!({ "members": [{ "name": "ada@acme.test", "id": USER }] }),
        &json!({ "phase": "active", "conditions": [] }),
    )
}

fn role_binding() -> Value {
    resource(
        "RoleBinding",
        &json!({ "id": BINDING, "name": "dev-team", "orgId": ORG, "projectId": PROJECT }),
        &json!({
            "role": "PROJECT_ADMIN",
            "subject": { "kind": "Group", "name": "dev", "id": GROUP },
            "scope": { "project": { "name": "payments", "id": PROJECT }, "namespaces": [] },
            "expiresAt": null,
            "reason": null
        }),
        &json!({
            "phase": "active",
            "conditions": [{
                "type": "InForce", "status": "True", "reason": "Given", "message": "It gives its role.",
                "lastTransitionTime": "2026-11-23T09:30:00.123456Z", "observedGeneration": 1
            }],
            "breakGlass": false, "expiredAt": null
        }),
    )
}

fn access_check() -> Value {
    let through = json!({
        "kind": "RoleBinding", "id": BINDING, "name": "dev-team", "role": "PROJECT_ADMIN",
        "groupId": GROUP, "projectId": PROJECT, "expiresAt": null
    });
    json!({ "allowed": true, "through": [through], "missingPermission": null, "grantedByRoles": [] })
}

fn addon() -> Value {
    resource(
        "Addon",
        &json!({ "id": ADDON, "name": "ingress", "orgId": ORG, "projectId": PROJECT }),
        &json!({
            "type": "yaml", "namespace": "ingress",
            "sharing": { "mode": "none", "projects": [] }
        }),
        &json!({ "phase": "active", "conditions": [] }),
    )
}

fn addon_version() -> Value {
    resource(
        "AddonVersion",
        &json!({ "id": ADDON_VERSION, "name": "1.0.0", "orgId": ORG, "projectId": PROJECT }),
        &json!({
            "artifact": {
                "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "sizeBytes": 2048
            },
            "values": [], "notes": "the first one"
        }),
        &json!({
            "phase": "active",
            "conditions": [{
                "type": "Usable", "status": "True", "reason": "Active", "message": "It can be used.",
                "lastTransitionTime": "2026-11-23T09:30:00.123456Z", "observedGeneration": 2
            }],
            "activatedAt": "2026-11-23T09:30:00.123456Z",
            "usedBy": []
        }),
    )
}

fn event() -> Value {
    let types = crate::app::streams::event_types();
    types
        .iter()
        .find(|it| it.r#type == "io.quarterdeck.project.created.v1")
        .map(|it| it.sample.clone())
        .unwrap_or_default()
}

/// Its schema is left out: it has definitions of its own, which are none of this document's.
fn event_type() -> Value {
    let types = crate::app::streams::event_types();
    let first = types.iter().find(|it| it.r#type == "io.quarterdeck.org.approved.v1");
    let shown = |it: &api::EventType| {
        json!({
            "type": it.r#type, "description": it.description, "sample": it.sample,
            "schema": { "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object" }
        })
    };
    first.map(shown).into_iter().collect()
}
