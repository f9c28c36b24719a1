//! An org with webhooks, and a worker that is driven by hand.

use quarterdeck::app::{App, Settings};
use quarterdeck::webhooks::connect::Connector;
use quarterdeck::webhooks::network::{Network, SystemNetwork};
use quarterdeck::webhooks::sender::{Limits, Sender};
use quarterdeck::webhooks::worker::Worker;
use rustls::RootCertStore;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use testing::{Client, Receiver, Service};

pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// Short enough for a test to wait for.
const SHORT: Limits = Limits {
    connect: Duration::from_secs(2),
    answer: Duration::from_millis(2_500),
    body: Duration::from_millis(200),
};

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) org: String,
    pub(crate) admin: Client,
}

impl World {
    /// A service that sends to private addresses, with one org, and an admin of it.
    pub(crate) async fn new() -> Self {
        let service =
            Service::with_settings(Settings { allow_private_webhooks: true, ..Settings::default() }).await;
        let org = service.operator().post("/v1/orgs", named("acme")).await.is(201).id();
        let admin = member(&service, &org, "admin", "ORG_ADMIN").await;
        Self { service, org, admin }
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/v1/orgs/{}/{rest}", self.org)
    }

    /// A worker of this service.
    pub(crate) fn worker(&self) -> Worker {
        worker_of(&self.service.app)
    }

    /// A worker of this service over another network, which trusts these certificates.
    pub(crate) fn guarded_worker(&self, network: Arc<dyn Network>, receiver: &Receiver) -> Worker {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(receiver.certificate.clone());
        let connector = Connector::new(network, roots, false).unwrap();
        Worker::new(Arc::clone(&self.service.app), Sender::new(connector, SHORT))
    }

    /// Makes a webhook that sends everything of projects there; gives its secret.
    pub(crate) async fn webhook(&self, name: &str, to: &Receiver) -> String {
        self.webhook_of(name, json!({ "url": to.url(), "types": ["io.quarterdeck.project.*"] })).await
    }

    /// Makes a webhook; gives its secret.
    pub(crate) async fn webhook_of(&self, name: &str, spec: Value) -> String {
        let webhook = json!({ "metadata": { "name": name }, "spec": spec });
        let made = self.admin.post(&self.path("webhooks"), webhook).await.is(201);
        made.json["status"]["signingSecret"].as_str().unwrap().to_owned()
    }

    /// Makes a project, and gives the position at which it was made.
    pub(crate) async fn project(&self, name: &str) -> i64 {
        let made = self.admin.post(&self.path("projects"), named(name)).await.is(201);
        made.header("x-position").unwrap().parse().unwrap()
    }

    /// Makes so many projects, and gives the positions at which they were made.
    pub(crate) async fn projects(&self, many: usize) -> Vec<i64> {
        let mut positions = vec![];
        for _ in 0..many {
            positions.push(self.project(&format!("project-{}", self.count().await)).await);
        }
        positions
    }

    async fn count(&self) -> usize {
        let page = self.admin.get(&self.path("projects?limit=500")).await.is(200);
        page.json["items"].as_array().unwrap().len()
    }

    /// Asks something of a webhook.
    pub(crate) async fn tell(&self, webhook: &str, verb: &str, body: Value) -> Value {
        self.admin.post(&self.path(&format!("webhooks/{webhook}/{verb}")), body).await.is(200).json
    }

    /// The status of a webhook.
    pub(crate) async fn status(&self, webhook: &str) -> Value {
        self.admin.get(&self.path(&format!("webhooks/{webhook}"))).await.is(200).json["status"].clone()
    }

    /// The deliveries of a webhook, newest first.
    pub(crate) async fn deliveries(&self, webhook: &str) -> Vec<Value> {
        let path = self.path(&format!("webhooks/{webhook}/deliveries?limit=500"));
        self.admin.get(&path).await.is(200).json["items"].as_array().unwrap().clone()
    }

    /// The newest delivery of a webhook.
    pub(crate) async fn last_delivery(&self, webhook: &str) -> Value {
        self.deliveries(webhook).await.remove(0)
    }

    pub(crate) fn pass(&self, micros: i64) {
        self.service.clock.advance_micros(micros);
    }
}

/// A worker of a process.
pub(crate) fn worker_of(app: &Arc<App>) -> Worker {
    let connector = Connector::new(Arc::new(SystemNetwork), RootCertStore::empty(), true).unwrap();
    Worker::new(Arc::clone(app), Sender::new(connector, SHORT))
}

pub(crate) fn named(name: &str) -> Value {
    json!({ "metadata": { "name": name } })
}

/// A new member of an org.
pub(crate) async fn member(service: &Service, org: &str, name: &str, role: &str) -> Client {
    let operator = service.operator();
    let user = json!({ "spec": {
        "email": format!("{name}@acme.test"), "firstName": "Ada", "lastName": "Lovelace", "access": "programmatic",
        "roles": [role]
    }});
    let users = format!("/v1/orgs/{org}/users");
    let user = operator.post(&users, user).await.is(201).id();
    let key =
        json!({ "metadata": { "name": name }, "spec": { "neverExpires": false, "validityHours": 8_000 } });
    let key = operator.post(&format!("{users}/{user}/api-keys"), key).await.is(201);
    let secret = key.json["status"]["secret"].as_str().unwrap().to_owned();
    service.nobody().with_header("authorization", &format!("Bearer {secret}"))
}
