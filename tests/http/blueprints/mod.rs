//! Blueprints and their versions: their lives, what they build on, who uses them.

mod addons;
mod life;

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

    /// What follows the path of `payments`' blueprints.
    fn blueprints(&self, path: &str) -> String {
        self.at(&format!("/projects/payments/blueprints{path}"))
    }

    /// Makes blueprints of `payments`.
    async fn blueprint(&self, name: &str, r#type: &str) -> String {
        let body = json!({ "metadata": { "name": name }, "spec": { "type": r#type } });
        self.admin.post(&self.blueprints(""), body).await.is(201).id()
    }

    /// Makes a version of a blueprint of `payments`.
    async fn version(&self, of: &str, name: &str, spec: Value) -> Reply {
        let body = json!({ "metadata": { "name": name }, "spec": spec });
        self.admin.post(&self.blueprints(&format!("/{of}/versions")), body).await
    }

    /// Makes an active version of a blueprint of `payments`.
    async fn active(&self, of: &str, name: &str, spec: Value) -> Reply {
        let _ = self.version(of, name, spec).await.is(201);
        self.tell(of, name, "activate").await.is(200)
    }

    async fn tell(&self, of: &str, name: &str, verb: &str) -> Reply {
        self.admin.post(&self.blueprints(&format!("/{of}/versions/{name}/{verb}")), Value::Null).await
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

/// The first fault of a refused document: where, which, and in words.
fn fault(reply: Reply) -> (String, String, String) {
    let refused = reply.is_problem(422, "validation_failed");
    let error = &refused.json["errors"][0];
    let text = |member: &str| error[member].as_str().unwrap().to_owned();
    (text("pointer"), text("code"), text("detail"))
}
