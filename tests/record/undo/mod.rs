//! Undo: every kind of thing brought back, and made again what it was; and what stands against it.

mod cascade;
mod refusals;
mod round_trip;
mod rows;

use serde_json::{Value, json};
use testing::{Client, Reply, Service};

/// An org with a project, and its admin.
pub(crate) struct World {
    service: Service,
    operator: Client,
    admin: Client,
    /// Who may read everything in the org, and change nothing.
    reader: Client,
    /// A member of it, who has no roles.
    user: String,
    /// The path of the org, and of the project `payments`.
    org: String,
    project: String,
}

impl World {
    async fn new() -> Self {
        let service = Service::start().await;
        let operator = service.operator();
        let org = operator.post("/v1/orgs", named("acme")).await.is(201).id();
        let org = format!("/v1/orgs/{org}");
        let (_, admin) = service.member(&org, "admin", &["ORG_ADMIN"]).await;
        let (_, reader) = service.member(&org, "reader", &["ORG_READ_ONLY"]).await;
        let (user, _) = service.member(&org, "member", &[]).await;
        let project = admin.post(&format!("{org}/projects"), named("payments")).await.is(201).id();
        let project = format!("{org}/projects/{project}");
        Self { service, operator, admin, reader, user, org, project }
    }

    /// Makes something in the project: its path, by its id.
    async fn make(&self, collection: &str, name: &str, spec: Value) -> String {
        let collection = format!("{}/{collection}", self.project);
        let body = json!({ "metadata": { "name": name }, "spec": spec });
        let id = self.admin.post(&collection, body).await.is(201).id();
        format!("{collection}/{id}")
    }

    /// Gives something in the project a command that must do.
    async fn tell(&self, path: &str, verb: &str) -> Reply {
        self.admin.post(&format!("{path}/{verb}"), Value::Null).await.is(200)
    }

    async fn delete(&self, path: &str) {
        drop(self.admin.delete(path).await.is(200));
    }

    async fn restore(&self, path: &str) -> Reply {
        self.admin.post(&format!("{path}/restore"), Value::Null).await
    }
}

pub(crate) fn named(name: &str) -> Value {
    json!({ "metadata": { "name": name } })
}

/// An artifact with one object in it.
pub(crate) fn artifact() -> Value {
    json!({ "inline": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n" })
}
