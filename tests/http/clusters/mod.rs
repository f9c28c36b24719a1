//! Clusters: their lives, and who uses and sees them.

mod agents;
mod blueprints;
mod life;
mod proxy;
mod roles;
mod sharing;

use serde_json::{Value, json};
use testing::{Client, Reply, Service};

/// An org with two projects, `payments` and `shipping`, and its admin.
pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) org: String,
    pub(crate) admin: Client,
}

impl World {
    pub(crate) async fn new() -> Self {
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

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.org)
    }

    /// A cluster of `payments`, or what follows its path; of none: the collection.
    pub(crate) fn cluster(&self, which: &str) -> String {
        let slash = if which.is_empty() || which.starts_with('?') { "" } else { "/" };
        self.at(&format!("/projects/payments/clusters{slash}{which}"))
    }

    /// A new user without any role: its id, and itself.
    async fn user(&self, name: &str) -> (String, Client) {
        self.service.member(&self.org, name, &[]).await
    }

    /// Gives a user a role in a project.
    async fn bind(&self, user: &str, role: &str, project: &str) {
        let body = json!({
            "metadata": { "name": format!("binding-{}", role.to_lowercase().replace('_', "-")) },
            "spec": { "role": role, "subject": { "kind": "User", "id": user }, "scope": { "project": project } }
        });
        let _ = self.admin.post(&self.at("/role-bindings"), body).await.is(201);
    }

    /// Makes a cluster of `payments`: its id.
    pub(crate) async fn make(&self, name: &str, spec: Value) -> String {
        let body = json!({ "metadata": { "name": name }, "spec": spec });
        self.admin.post(&self.cluster(""), body).await.is(201).id()
    }
}

pub(crate) fn named(name: &str) -> Value {
    json!({ "metadata": { "name": name } })
}

pub(crate) fn version(reply: &Reply) -> i64 {
    reply.json["metadata"]["version"].as_i64().unwrap()
}

pub(crate) fn phase(reply: &Reply) -> &str {
    reply.json["status"]["phase"].as_str().unwrap()
}
