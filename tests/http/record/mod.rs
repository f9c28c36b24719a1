//! The record of one thing: history, comparisons, who set what, and going back.

mod history;
mod revert;

use serde_json::{Value, json};
use testing::{Client, Reply, Service};

/// An org with an admin.
struct Org {
    service: Service,
    path: String,
    admin: Client,
}

impl Org {
    async fn new() -> Self {
        let service = Service::start().await;
        let made = service.operator().post("/v1/orgs", json!({ "metadata": { "name": "acme" } })).await;
        let path = format!("/v1/orgs/{}", made.is(201).id());
        let (_, admin) = member(&service, &path, "ORG_ADMIN").await;
        Self { service, path, admin }
    }

    /// A new member with this role: its id, and it as a client.
    async fn member(&self, role: &str) -> (String, Client) {
        member(&self.service, &self.path, role).await
    }

    fn under(&self, rest: &str) -> String {
        format!("{}/{rest}", self.path)
    }

    /// A project, and then these changes to it, a minute apart; the replies to all of it.
    async fn project(&self, made: Value, changes: &[Value]) -> Vec<Reply> {
        let mut replies = vec![self.admin.post(&self.under("projects"), made).await.is(201)];
        let path = self.under(&format!("projects/{}", replies[0].id()));
        for change in changes {
            self.service.clock.advance_micros(60_000_000);
            replies.push(self.admin.patch(&path, change).await.is(200));
        }
        replies
    }
}

async fn member(service: &Service, org: &str, role: &str) -> (String, Client) {
    let operator = service.operator();
    let email = format!("{}@acme.test", role.to_lowercase().replace('_', "-"));
    let user = json!({ "spec": {
        "email": email, "firstName": "A", "lastName": "B", "access": "programmatic", "roles": [role]
    }});
    let user = operator.post(&format!("{org}/users"), user).await.is(201).id();
    let key = json!({ "metadata": { "name": "k" }, "spec": { "validityHours": 1 } });
    let key = operator.post(&format!("{org}/users/{user}/api-keys"), key).await.is(201);
    let secret = key.json["status"]["secret"].as_str().unwrap().to_owned();
    (user, service.nobody().with_header("authorization", &format!("Bearer {secret}")))
}

fn items(reply: &Reply) -> &Vec<Value> {
    reply.json["items"].as_array().unwrap()
}

/// One member of all items.
fn each<'a>(reply: &'a Reply, member: &str) -> Vec<&'a Value> {
    items(reply).iter().map(|item| &item[member]).collect()
}
