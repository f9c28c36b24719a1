//! What there is to bring back and to go back in: a row a kind.

use super::{World, artifact};
use serde_json::{Value, json};

/// What is sent.
pub(crate) type Said = fn() -> Value;

/// A kind of thing.
pub(crate) struct Row {
    /// The path of its operations.
    pub(crate) template: &'static str,
    /// Where one is made: under the partner's path, the org's, or the project's; `{above}` is what it is inside of.
    pub(crate) collection: &'static str,
    /// What is made for it to be in, in the project.
    pub(crate) above: Option<(&'static str, Said)>,
    pub(crate) spec: fn(&World) -> Value,
    pub(crate) patch: Said,
    /// Whether what was deleted can be brought back.
    pub(crate) restores: bool,
}

macro_rules! in_project {
    ($rest:literal) => {
        concat!("/v1/orgs/{org}/projects/{project}/", $rest)
    };
}

pub(crate) const ROWS: [Row; 14] = [
    Row {
        template: "/v1/partners/{partner}",
        collection: "/v1/partners",
        above: None,
        spec: |_| json!({ "productName": "One" }),
        patch: || json!({ "spec": { "productName": "Two" } }),
        restores: true,
    },
    Row {
        template: "/v1/orgs/{org}",
        collection: "/v1/orgs",
        above: None,
        spec: |_| json!({ "externalId": "crm-1" }),
        patch: || json!({ "spec": { "settings": { "apiKeyDefaultValidityHours": 7 } } }),
        restores: true,
    },
    Row {
        template: "/v1/orgs/{org}/users/{user}",
        collection: "{org}/users",
        above: None,
        spec: |_| json!({ "email": "x@acme.test", "firstName": "X", "access": "programmatic", "roles": ["AUDITOR"] }),
        patch: || json!({ "spec": { "firstName": "Y", "roles": ["ORG_READ_ONLY"] } }),
        restores: false,
    },
    Row {
        template: "/v1/orgs/{org}/groups/{group}",
        collection: "{org}/groups",
        above: None,
        spec: |world| json!({ "members": [world.user] }),
        patch: || json!({ "spec": { "members": [] } }),
        restores: true,
    },
    Row {
        template: "/v1/orgs/{org}/role-bindings/{binding}",
        collection: "{org}/role-bindings",
        above: None,
        spec: |world| {
            json!({ "role": "PROJECT_ADMIN", "subject": { "kind": "User", "id": world.user },
                "scope": { "project": "payments" } })
        },
        patch: || json!({ "spec": { "role": "PROJECT_READ_ONLY" } }),
        restores: true,
    },
    Row {
        template: "/v1/orgs/{org}/webhooks/{webhook}",
        collection: "{org}/webhooks",
        above: None,
        spec: |_| json!({ "url": "https://hooks.acme.test/one" }),
        patch: || json!({ "spec": { "url": "https://hooks.acme.test/two" } }),
        restores: true,
    },
    Row {
        template: "/v1/orgs/{org}/projects/{project}",
        collection: "{org}/projects",
        above: None,
        spec: |_| json!({ "quota": { "pods": 5 } }),
        patch: || json!({ "spec": { "quota": { "pods": 6 }, "excludedNamespaces": ["legacy"] } }),
        restores: true,
    },
    Row {
        template: in_project!("clusters/{cluster}"),
        collection: "{project}/clusters",
        above: None,
        spec: |_| json!({ "location": "eu-west-1" }),
        patch: || json!({ "metadata": { "labels": { "env": "prod" } }, "spec": { "location": "eu-west-2" } }),
        restores: true,
    },
    Row {
        template: in_project!("addons/{addon}"),
        collection: "{project}/addons",
        above: None,
        spec: |_| json!({ "type": "yaml", "namespace": "ingress" }),
        patch: || json!({ "spec": { "sharing": { "mode": "all" } } }),
        restores: true,
    },
    Row {
        template: in_project!("addons/{addon}/versions/{version}"),
        collection: "{above}/versions",
        above: Some(("addons", || json!({ "type": "yaml", "namespace": "ingress" }))),
        spec: |_| json!({ "artifact": artifact(), "notes": "one" }),
        patch: || json!({ "spec": { "notes": "two" } }),
        restores: true,
    },
    Row {
        template: in_project!("blueprints/{blueprint}"),
        collection: "{project}/blueprints",
        above: None,
        spec: |_| json!({ "type": "custom" }),
        patch: || json!({ "spec": { "sharing": { "mode": "all" } } }),
        restores: true,
    },
    Row {
        template: in_project!("blueprints/{blueprint}/versions/{version}"),
        collection: "{above}/versions",
        above: Some(("blueprints", || json!({ "type": "custom" }))),
        spec: |_| json!({ "addons": [], "drift": { "enabled": false, "action": "notify" } }),
        patch: || json!({ "spec": { "drift": { "enabled": true, "action": "notify" } } }),
        restores: true,
    },
    Row {
        template: in_project!("namespaces/{namespace}"),
        collection: "{project}/namespaces",
        above: None,
        spec: |_| json!({ "quota": { "pods": 3 } }),
        patch: || json!({ "spec": { "quota": { "pods": 4 }, "labels": { "team": "pay" } } }),
        restores: true,
    },
    Row {
        template: in_project!("workloads/{workload}"),
        collection: "{project}/workloads",
        above: Some(("namespaces", || json!({}))),
        spec: |_| json!({ "namespace": "above", "type": "yaml", "artifact": artifact() }),
        patch: || json!({ "spec": { "placement": { "labelSelector": "env=prod" } } }),
        restores: true,
    },
];

impl Row {
    /// Makes what a thing is to be in, and says where it is made.
    pub(crate) async fn collection(&self, world: &World) -> String {
        let mut above = String::new();
        if let Some((collection, spec)) = self.above {
            above = world.make(collection, "above", spec()).await;
        }
        self.collection
            .replace("{above}", &above)
            .replace("{project}", &world.project)
            .replace("{org}", &world.org)
    }

    pub(crate) fn body(&self, world: &World, name: &str) -> Value {
        let spec = (self.spec)(world);
        if self.template.ends_with("{user}") {
            return json!({ "spec": spec });
        }
        let version = self.template.ends_with("{version}");
        json!({ "metadata": { "name": if version { "1.0.0" } else { name } }, "spec": spec })
    }
}
