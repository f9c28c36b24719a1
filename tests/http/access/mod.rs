//! Who may do what: groups, role bindings, checks of access.

mod bindings;
mod break_glass;
mod groups;
mod trail;

use axum::http::Method;
use quarterdeck::clock::{Clock, at_micros};
use serde_json::{Value, json};
use testing::{Client, Reply, Service};
use values::KeySecret;

const HOUR: i64 = 3_600_000_000;

/// A user with a key.
struct User {
    id: String,
    client: Client,
}

/// An org and its partner.
struct World {
    service: Service,
    org: String,
    partner: String,
    admin: User,
}

impl World {
    async fn new() -> Self {
        let service = Service::start().await;
        let org =
            service.operator().post("/v1/orgs", json!({ "metadata": { "name": "acme" } })).await.is(201);
        let partner = org.json["metadata"]["partnerId"].as_str().unwrap().to_owned();
        let org = format!("/v1/orgs/{}", org.id());
        let partner = format!("/v1/partners/{partner}");
        let admin = user(&service, &org, "admin@acme.test", &["ORG_ADMIN"]).await;
        Self { service, org, partner, admin }
    }

    /// A user of the org.
    async fn user(&self, email: &str, roles: &[&str]) -> User {
        user(&self.service, &self.org, email, roles).await
    }

    /// One of the partner's staff.
    async fn staff(&self, email: &str, role: &str) -> User {
        user(&self.service, &self.partner, email, &[role]).await
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.org)
    }

    /// A time so many hours from now.
    fn hours(&self, hours: i64) -> Value {
        json!(at_micros(self.service.clock.now().as_micros() + hours * HOUR))
    }

    /// Binds a role to somebody on the whole org.
    async fn bind(&self, by: &User, name: &str, role: &str, subject: Value, until: Value) -> Reply {
        let spec =
            json!({ "role": role, "subject": subject, "scope": { "project": null }, "expiresAt": until });
        let body = json!({ "metadata": { "name": name }, "spec": spec });
        by.client.post(&self.at("/role-bindings"), body).await
    }
}

async fn user(service: &Service, scope: &str, email: &str, roles: &[&str]) -> User {
    let operator = service.operator();
    let body = json!({ "spec": { "email": email, "access": "programmatic", "roles": roles } });
    let id = operator.post(&format!("{scope}/users"), body).await.is(201).id();
    let keys = format!("{scope}/users/{id}/api-keys");
    let key = operator.post(&keys, json!({ "metadata": { "name": "key" } })).await.is(201);
    let secret = KeySecret::parse(key.json["status"]["secret"].as_str().unwrap()).unwrap();
    User { id, client: service.with_secret(&secret) }
}

/// A user as the subject of a binding.
fn to(user: &User) -> Value {
    json!({ "kind": "User", "id": user.id })
}

async fn put(client: &Client, path: &str, body: &Value) -> Reply {
    client.call(Method::PUT, path).json(body).await
}
