//! Add-ons and their versions: their lives, what is put on clusters, and who sees them.

mod artifacts;
mod life;
mod uses;
mod versions;

use serde_json::{Value, json};
use testing::{Client, Reply, Service};

const SETTINGS: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n";

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
        let (_, admin) = service.member(&org, "admin", &["ORG_ADMIN"]).await;
        let world = Self { service, org, admin };
        for project in ["payments", "shipping"] {
            let _ = world.admin.post(&world.at("/projects"), named(project)).await.is(201);
        }
        world
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.org)
    }

    /// An add-on of `payments`, or what follows its path; of none: the collection.
    fn addon(&self, which: &str) -> String {
        let slash = if which.is_empty() || which.starts_with('?') { "" } else { "/" };
        self.at(&format!("/projects/payments/addons{slash}{which}"))
    }

    /// A version of the add-on `ingress` of `payments`, or what follows its path; of none: the collection.
    fn version(&self, which: &str) -> String {
        let slash = if which.is_empty() || which.starts_with('?') { "" } else { "/" };
        self.addon(&format!("ingress/versions{slash}{which}"))
    }

    /// Makes the add-on `ingress` of this type in `payments`.
    async fn with(self, kind: &str) -> Self {
        let _ = self.admin.post(&self.addon(""), addon("ingress", kind)).await.is(201);
        self
    }

    /// Makes a version of it of this artifact.
    async fn make(&self, name: &str, artifact: Value) -> Reply {
        self.admin.post(&self.version(""), version(name, artifact)).await.is(201)
    }

    async fn user(&self, name: &str, role: &str, project: &str) -> Client {
        let (id, client) = self.service.member(&self.org, name, &[]).await;
        let body = json!({
            "metadata": { "name": format!("binding-{name}") },
            "spec": { "role": role, "subject": { "kind": "User", "id": id }, "scope": { "project": project } }
        });
        let _ = self.admin.post(&self.at("/role-bindings"), body).await.is(201);
        client
    }
}

fn named(name: &str) -> Value {
    json!({ "metadata": { "name": name } })
}

fn addon(name: &str, kind: &str) -> Value {
    json!({ "metadata": { "name": name }, "spec": { "type": kind, "namespace": "ingress" } })
}

#[expect(clippy::needless_pass_by_value, reason = "artifacts are written in place")]
fn version(name: &str, artifact: Value) -> Value {
    json!({ "metadata": { "name": name }, "spec": { "artifact": artifact } })
}

fn inline() -> Value {
    json!({ "inline": SETTINGS })
}

fn number(reply: &Reply) -> i64 {
    reply.json["metadata"]["version"].as_i64().unwrap()
}

fn phase(reply: &Reply) -> &str {
    reply.json["status"]["phase"].as_str().unwrap()
}

/// The bytes of an artifact, as text.
fn text(reply: &Reply) -> String {
    String::from_utf8(reply.bytes.clone()).unwrap()
}
