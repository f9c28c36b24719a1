//! The org of `examples/org`, with everything published, and what of it the parameters of paths can name.

use crate::program::{Body, Program};
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// What is published of it.
const PUBLISHED: [&str; 6] = [
    "payments/namespaces/checkout",
    "payments/namespaces/card-vault",
    "storefront/namespaces/shop",
    "payments/workloads/cart",
    "payments/workloads/vault",
    "storefront/workloads/web",
];

/// An org.
pub(crate) struct World<'a> {
    program: &'a Program,
    path: String,
    /// What is where: a value for each parameter of a path.
    pub(crate) places: Value,
}

/// Somebody who asks.
pub(crate) struct Asker {
    pub(crate) name: &'static str,
    pub(crate) secret: String,
}

impl<'a> World<'a> {
    pub(crate) async fn new(program: &'a Program, name: &str) -> Self {
        let org = json!({ "metadata": { "name": name } });
        let org = program.ask(&program.operator, Method::POST, "/v1/orgs", Body::Json(&org)).await;
        let org = org["metadata"]["id"].as_str().unwrap().to_owned();
        let mut world = Self { program, path: format!("/v1/orgs/{org}"), places: Value::Null };
        let founder = world.member("founder", "ORG_ADMIN").await;
        world.fill(&founder).await;
        let (user, key) = world.bystander().await;
        let hook = json!({ "metadata": { "name": "cmdb" }, "spec": { "url": "https://hooks.acme.test/in" } });
        let hook = world.post(&founder, "/webhooks", &hook).await;
        world.post(&founder, "/webhooks/cmdb/test", &json!({})).await;
        let delivery = world.delivery(&founder).await;
        let place = |more: Value| {
            let mut all = json!({
                "org": org, "partner": "default", "user": user, "key": key, "delivery": delivery, "webhook": "cmdb",
                "group": "on-call", "binding": "on-call-sees-checkout"
            });
            all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            all
        };
        world.places = json!([
            place(json!({
                "project": "payments", "namespace": "checkout", "workload": "cart", "revision": "1",
                "cluster": "vault-1"
            })),
            place(json!({
                "org": name, "project": "storefront", "namespace": "shop", "workload": "web", "revision": "1",
                "group": "platform-team", "binding": "platform-runs-clusters",
                "webhook": hook["metadata"]["id"]
            })),
            place(json!({
                "project": "platform", "cluster": "staging-1", "addon": "ingress", "addon.version": "1.0.0",
                "blueprint": "production", "blueprint.version": "1.2.0"
            })),
            place(json!({
                "project": "platform", "cluster": "prod-eu-1", "addon": "certificates", "addon.version": "1.16.2",
                "blueprint": "golden", "blueprint.version": "1.0.0"
            })),
        ]);
        world
    }

    /// A new member with this role, and a key.
    pub(crate) async fn member(&self, name: &'static str, role: &str) -> Asker {
        let (_, key) = self.user(name, role).await;
        Asker { name, secret: key["status"]["secret"].as_str().unwrap().to_owned() }
    }

    /// Somebody whom others can suspend, and a key that they can revoke.
    async fn bystander(&self) -> (Value, Value) {
        let (user, key) = self.user("bystander", "AUDITOR").await;
        (user["metadata"]["id"].clone(), key["metadata"]["id"].clone())
    }

    async fn user(&self, name: &str, role: &str) -> (Value, Value) {
        let (operator, path) = (&self.program.operator, &self.path);
        let spec = json!({
            "email": format!("{name}@acme.test"), "firstName": "A", "lastName": "B", "access": "programmatic",
            "roles": [role]
        });
        let body = json!({ "spec": spec });
        let user =
            self.program.ask(operator, Method::POST, &format!("{path}/users"), Body::Json(&body)).await;
        let keys = format!("{path}/users/{}/api-keys", user["metadata"]["id"].as_str().unwrap());
        let body = json!({ "metadata": { "name": "key" }, "spec": { "validityHours": 24 } });
        let key = self.program.ask(operator, Method::POST, &keys, Body::Json(&body)).await;
        (user, key)
    }

    /// Applies the example, and publishes what can be.
    async fn fill(&self, founder: &Asker) {
        let folder = Path::new("examples/org");
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
        let yaml: String = files.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
        let apply = format!("{}/apply", self.path);
        self.program.ask(&founder.secret, Method::POST, &apply, Body::Yaml(&yaml)).await;
        for thing in PUBLISHED {
            self.post(founder, &format!("/projects/{thing}/publish"), &json!({})).await;
        }
    }

    async fn post(&self, asker: &Asker, path: &str, body: &Value) -> Value {
        let path = format!("{}{path}", self.path);
        self.program.ask(&asker.secret, Method::POST, &path, Body::Json(body)).await
    }

    /// The first delivery of the webhook, once the worker has come to it.
    async fn delivery(&self, asker: &Asker) -> Value {
        let path = format!("{}/webhooks/cmdb/deliveries", self.path);
        loop {
            let page = self.program.ask(&asker.secret, Method::GET, &path, Body::None).await;
            if let Some(delivery) = page["items"].get(0) {
                return delivery["metadata"]["id"].clone();
            }
        }
    }
}
