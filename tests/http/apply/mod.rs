//! Apply: many documents at once.

mod example;
mod order;
mod results;
mod rights;
mod sets;

use serde_json::{Value, json};
use testing::{Client, Reply, Service};

/// An org, and its admin.
struct World {
    service: Service,
    org: String,
    admin: Client,
}

impl World {
    async fn new() -> Self {
        let service = Service::start().await;
        let made = service.operator().post("/v1/orgs", json!({ "metadata": { "name": "acme" } })).await;
        let org = format!("/v1/orgs/{}", made.is(201).id());
        let admin = service.member(&org, "admin", &["ORG_ADMIN"]).await.1;
        Self { service, org, admin }
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.org)
    }

    async fn apply(&self, documents: &Value) -> Reply {
        self.admin.post(&self.at("/apply"), documents.clone()).await
    }

    async fn apply_yaml(&self, query: &str, yaml: &str) -> Reply {
        let path = self.at(&format!("/apply{query}"));
        self.admin.call("POST".parse().unwrap(), &path).body("application/yaml", yaml.to_owned()).await
    }

    /// The path of another org, and its admin.
    async fn another_org(&self, name: &str) -> (String, Client) {
        let named = json!({ "metadata": { "name": name } });
        let made = self.service.operator().post("/v1/orgs", named).await.is(201);
        let org = format!("/v1/orgs/{}", made.id());
        let admin = self.service.member(&org, &format!("admin-{name}"), &["ORG_ADMIN"]).await.1;
        (org, admin)
    }

    /// The org's last position.
    async fn position(&self) -> i64 {
        let page = self.admin.get(&self.at("/projects")).await.is(200);
        page.json["position"].as_i64().unwrap()
    }
}

/// What the documents came to, in their order.
fn outcomes(reply: &Reply) -> Vec<&str> {
    let results = reply.json["results"].as_array().unwrap();
    results.iter().map(|result| result["result"].as_str().unwrap()).collect()
}

/// The first fault of a refused document: where, and which.
fn fault(result: &Value) -> (&str, &str) {
    let error = &result["problem"]["errors"][0];
    (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())
}

fn project(name: &str) -> Value {
    json!({ "kind": "Project", "metadata": { "name": name } })
}

fn namespace(project: &str, name: &str, pods: u32) -> Value {
    json!({
        "kind": "Namespace", "metadata": { "name": name, "project": project }, "spec": { "quota": { "pods": pods } }
    })
}

/// Documents that refer to each other: an add-on and a blueprint with active versions, what is around them, and a golden
/// base in another project.
fn documents() -> Vec<Value> {
    let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";
    let version = |of: &str, kind: &str, project: &str, thing: &str, spec: Value| {
        json!({
            "kind": kind, "metadata": { "name": "1.0.0", "project": project, of: thing }, "spec": spec
        })
    };
    vec![
        project("platform"),
        project("payments"),
        json!({ "kind": "Group", "metadata": { "name": "dev" } }),
        json!({
            "kind": "RoleBinding", "metadata": { "name": "devs" },
            "spec": {
                "role": "NAMESPACE_ADMIN", "subject": { "kind": "Group", "name": "dev" },
                "scope": { "project": "payments", "namespaces": ["checkout"] }
            }
        }),
        json!({
            "kind": "Addon", "metadata": { "name": "ingress", "project": "platform" },
            "spec": { "type": "yaml", "namespace": "ingress", "sharing": { "mode": "all" } }
        }),
        version(
            "addon",
            "AddonVersion",
            "platform",
            "ingress",
            json!({
                "artifact": { "inline": manifest }, "active": true
            }),
        ),
        json!({
            "kind": "Blueprint", "metadata": { "name": "rock", "project": "platform" },
            "spec": { "type": "golden", "sharing": { "mode": "projects", "projects": ["payments"] } }
        }),
        version(
            "blueprint",
            "BlueprintVersion",
            "platform",
            "rock",
            json!({
                "addons": [{ "name": "ingress", "version": "1.0.0", "critical": true }],
                "drift": { "enabled": true, "action": "deny" }, "active": true
            }),
        ),
        json!({ "kind": "Blueprint", "metadata": { "name": "base", "project": "payments" } }),
        version(
            "blueprint",
            "BlueprintVersion",
            "payments",
            "base",
            json!({
                "base": { "name": "rock", "version": "1.0.0" }, "active": true
            }),
        ),
        namespace("payments", "checkout", 10),
        json!({ "kind": "Webhook", "metadata": { "name": "cmdb" }, "spec": { "url": "https://hooks.acme.test/in" } }),
    ]
}
