//! Namespaces: their lives, their share of quotas, and who sees them.

mod life;
mod quotas;
mod roles;

use serde_json::{Value, json};
use testing::{Client, Reply, Service};

/// An org with two projects, `payments` and `shipping`, and its admin.
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
        let world = Self { service, org, admin };
        for project in ["payments", "shipping"] {
            let _ = world.admin.post(&world.at("/projects"), named(project)).await.is(201);
        }
        world
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.org)
    }

    /// A namespace of `payments`, or what follows its path; of none: the collection.
    fn namespace(&self, which: &str) -> String {
        let slash = if which.is_empty() || which.starts_with('?') { "" } else { "/" };
        self.at(&format!("/projects/payments/namespaces{slash}{which}"))
    }

    /// A new user without any role, with a key cut down like this: its id, and itself.
    async fn user(&self, name: &str, scope: Value) -> (String, Client) {
        self.service.member_with_key(&self.org, name, &[], &scope).await
    }

    /// Gives a user a role in namespaces of a project, or, where none are named, in the project.
    async fn bind(&self, user: &str, role: &str, project: &str, namespaces: &[&str]) -> Reply {
        let body = json!({
            "metadata": { "name": format!("binding-{}", role.to_lowercase().replace('_', "-")) },
            "spec": {
                "role": role, "subject": { "kind": "User", "id": user },
                "scope": { "project": project, "namespaces": namespaces }
            }
        });
        self.admin.post(&self.at("/role-bindings"), body).await.is(201)
    }

    /// Makes namespaces of `payments`.
    async fn make(&self, names: &[&str]) -> Vec<String> {
        let mut ids = vec![];
        for name in names {
            ids.push(self.admin.post(&self.namespace(""), named(name)).await.is(201).id());
        }
        ids
    }
}

fn named(name: &str) -> Value {
    json!({ "metadata": { "name": name } })
}

fn version(reply: &Reply) -> i64 {
    reply.json["metadata"]["version"].as_i64().unwrap()
}

fn phase(reply: &Reply) -> &str {
    reply.json["status"]["phase"].as_str().unwrap()
}
