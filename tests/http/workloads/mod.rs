//! Workloads: what they are made of, who may do what, their lives on clusters, and their revisions.

mod draft;
mod published;
mod races;
mod revisions;
mod roles;
mod spec;

use serde_json::{Value, json};
use testing::{Client, Reply, Service};

/// One object of Kubernetes'.
const SETTINGS: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n";

/// An org with the projects `payments`, in which the namespaces `checkout` and `search` are, and `shipping`; and its
/// admin.
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
        for namespace in ["checkout", "search"] {
            let everywhere = json!({
                "metadata": { "name": namespace },
                "spec": { "placement": { "labelSelector": "" } }
            });
            let _ = world.admin.post(&world.at("/projects/payments/namespaces"), everywhere).await.is(201);
        }
        world
    }

    /// With clusters of `payments`, each with a label `tier`, and the namespaces published on all of them.
    async fn with_clusters(clusters: &[(&str, &str)]) -> Self {
        let world = Self::new().await;
        for (name, tier) in clusters {
            world.cluster(name, tier).await;
        }
        for namespace in ["checkout", "search"] {
            let _ = world.publish_namespace(namespace).await.is(200);
        }
        world
    }

    async fn cluster(&self, name: &str, tier: &str) -> String {
        let cluster = json!({ "metadata": { "name": name, "labels": { "tier": tier } }, "spec": {} });
        self.admin.post(&self.at("/projects/payments/clusters"), cluster).await.is(201).id()
    }

    async fn publish_namespace(&self, name: &str) -> Reply {
        let path = self.at(&format!("/projects/payments/namespaces/{name}/publish"));
        self.admin.post(&path, Value::Null).await
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.org)
    }

    /// A workload of `payments`, or what follows its path; of none: the collection.
    fn workload(&self, which: &str) -> String {
        let slash = if which.is_empty() || which.starts_with('?') { "" } else { "/" };
        self.at(&format!("/projects/payments/workloads{slash}{which}"))
    }

    /// A new user with a role in namespaces of `payments`, or, where none are named, in the project.
    async fn user(&self, name: &str, role: &str, namespaces: &[&str]) -> Client {
        let (id, user) = self.service.member(&self.org, name, &[]).await;
        let body = json!({
            "metadata": { "name": format!("binding-of-{name}") },
            "spec": {
                "role": role, "subject": { "kind": "User", "id": id },
                "scope": { "project": "payments", "namespaces": namespaces }
            }
        });
        let _ = self.admin.post(&self.at("/role-bindings"), body).await.is(201);
        user
    }

    /// A command to a workload, without a body.
    async fn tell(&self, name: &str, verb: &str) -> Reply {
        self.admin.post(&self.workload(&format!("{name}/{verb}")), Value::Null).await
    }
}

fn named(name: &str) -> Value {
    json!({ "metadata": { "name": name } })
}

/// A workload with one object in it, wherever its namespace is, and these members of its spec besides.
fn workload(name: &str, namespace: &str, more: Value) -> Value {
    let mut spec = json!({
        "namespace": namespace, "type": "yaml", "artifact": { "inline": SETTINGS },
        "placement": { "labelSelector": "" }
    });
    if let (Value::Object(spec), Value::Object(more)) = (&mut spec, more) {
        spec.extend(more);
    }
    json!({ "metadata": { "name": name }, "spec": spec })
}

fn version(reply: &Reply) -> i64 {
    reply.json["metadata"]["version"].as_i64().unwrap()
}

fn phase(reply: &Reply) -> &str {
    reply.json["status"]["phase"].as_str().unwrap()
}

/// The names of the clusters that it is on.
fn targets(reply: &Reply) -> Vec<String> {
    let targets = reply.json["status"]["targets"].as_array().unwrap();
    targets.iter().map(|target| target["name"].as_str().unwrap().to_owned()).collect()
}
