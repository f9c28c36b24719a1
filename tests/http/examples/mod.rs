//! Every example that people are shown is asked of the service: a new one is found by itself.

mod documented;
mod written;

use serde_json::{Value, json};
use testing::{Client, Reply, Service};

/// What the examples refer to and none of them makes.
const GIVEN: &str = r"
kind: Project
metadata: { name: shipping }
---
kind: Project
metadata: { name: platform }
---
kind: Project
metadata: { name: payments }
";

/// An org, and its admin.
struct World {
    service: Service,
    org: String,
    admin: Client,
}

impl World {
    async fn new(name: &str) -> Self {
        let service = Service::start().await;
        let org =
            service.operator().post("/v1/orgs", json!({ "metadata": { "name": name } })).await.is(201).id();
        let org = format!("/v1/orgs/{org}");
        let admin = service.member(&org, "ada", &["ORG_ADMIN"]).await.1;
        Self { service, org, admin }
    }

    async fn apply(&self, query: &str, yaml: &str) -> Reply {
        let path = format!("{}/apply{query}", self.org);
        self.admin.call("POST".parse().unwrap(), &path).body("application/yaml", yaml.to_owned()).await
    }
}

/// Whether it was refused for what it says, and not for how things stand.
fn is_refused_for_what_it_says(reply: &Reply) -> bool {
    !reply.status.is_success() && reply.status != 409
}

/// What a reply says, for people.
fn told(reply: &Reply) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!("{} {} {}", reply.status, text(&reply.json["detail"]), reply.json["errors"])
}
