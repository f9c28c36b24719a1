//! What a process remembers never speaks against what another has recorded: commands are refused or planned anew from
//! the next one on, reads within the time that is promised.

use serde_json::{Value, json};
use std::time::Duration;
use testing::{Client, Replica, Service};

/// How long a right may outlive its end on another process.
const HARD_LIMIT: Duration = Duration::from_secs(5);

struct World {
    service: Service,
    replica: Replica,
    org: String,
    admin: Client,
    user: String,
}

impl World {
    async fn new() -> Self {
        let service = Service::start().await;
        let replica = service.replica();
        let org = json!({ "metadata": { "name": "acme" }, "spec": {} });
        let org = format!("/v1/orgs/{}", service.operator().post("/v1/orgs", org).await.is(201).id());
        let (user, admin) = service.member(&org, "ada", &["ORG_ADMIN"]).await;
        let _ = service.member(&org, "bob", &["ORG_ADMIN"]).await;
        Self { service, replica, org, admin, user }
    }

    /// Lets the other process remember whoever asks: it is asked until its own head is confirmed, and once more.
    async fn remembered(&self, there: &Client) {
        while !self.replica.app.ledger.head().is_confirmed() {
            tokio::task::yield_now().await;
        }
        for _ in 0..2 {
            let _ = there.get(&self.org).await.is(200);
        }
    }

    async fn group(&self, whom: &Client, name: &str) -> u16 {
        let group = json!({ "metadata": { "name": name } });
        whom.post(&format!("{}/groups", self.org), group).await.status.as_u16()
    }

    async fn until(&self, whom: &Client, status: u16) {
        let refused = async {
            while whom.get(&self.org).await.status.as_u16() != status {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(HARD_LIMIT, refused).await.unwrap();
    }

    /// Stops the other process, which whoever asks it keeps alive.
    async fn end(self, there: Client) {
        drop(there);
        self.replica.stop().await;
    }
}

#[tokio::test]
async fn a_key_that_one_process_revoked_records_nothing_through_another() {
    let world = World::new().await;
    let there = world.replica.client(&world.admin);
    world.remembered(&there).await;
    assert_eq!(world.group(&there, "before").await, 201);
    world.remembered(&there).await;
    let mine = world.admin.get("/v1/me/api-keys").await.is(200).json["items"][0]["metadata"]["id"].clone();
    let revoke = format!("{}/api-keys/{}/revoke", world.org, mine.as_str().unwrap());
    let _ = world.admin.post(&revoke, json!({ "reason": "leaked" })).await.is(200);
    // The very next command, whatever is remembered there.
    assert_eq!(world.group(&there, "after").await, 401);
    world.until(&there, 401).await;
    world.end(there).await;
}

#[tokio::test]
async fn a_user_that_one_process_suspended_is_not_let_in_by_another() {
    let world = World::new().await;
    let there = world.replica.client(&world.admin);
    world.remembered(&there).await;
    let suspend = format!("{}/users/{}/suspend", world.org, world.user);
    let _ = world.service.operator().post(&suspend, json!({ "reason": "left" })).await.is(200);
    // Its keys have ended with it.
    assert_eq!(world.group(&there, "after").await, 401);
    world.until(&there, 401).await;
    world.end(there).await;
}

#[tokio::test]
async fn an_org_that_one_process_deactivated_is_closed_in_another() {
    let world = World::new().await;
    let there = world.replica.client(&world.admin);
    world.remembered(&there).await;
    let deactivate = format!("{}/deactivate", world.org);
    let _ = world.service.operator().post(&deactivate, json!({ "reason": "unpaid" })).await.is(200);
    assert_eq!(world.group(&there, "after").await, 403);
    world.until(&there, 403).await;
    world.end(there).await;
}

#[tokio::test]
async fn a_partners_policy_that_one_process_changed_holds_in_another_at_once() {
    let world = World::new().await;
    let operator = world.service.operator();
    let there = world.replica.client(&operator);
    let make = async |whom: &Client, name: &str| -> Value {
        let org = json!({ "metadata": { "name": name }, "spec": {} });
        whom.post("/v1/orgs", org).await.is(201).json["status"]["phase"].clone()
    };
    // There it is remembered that orgs need no approval.
    for name in ["a", "b"] {
        world.remembered(&there).await;
        assert_eq!(make(&there, name).await, "active");
    }
    let required = json!({ "spec": { "policy": { "orgApproval": "required" } } });
    let _ = operator.patch("/v1/partners/default", &required).await.is(200);
    assert_eq!(make(&there, "c").await, "pendingApproval");
    world.end(there).await;
}

#[tokio::test]
async fn what_one_process_wrote_another_reads() {
    let world = World::new().await;
    let there = world.replica.client(&world.admin);
    world.remembered(&there).await;
    for number in 0..20 {
        let changes = json!({ "metadata": { "description": number.to_string() } });
        let written = world.admin.patch(&world.org, &changes).await.is(200);
        let read = there.get(&world.org).await.is(200);
        assert_eq!(read.json["metadata"]["description"], number.to_string());
        assert_eq!(read.header("etag"), written.header("etag"));
    }
    world.end(there).await;
}

#[tokio::test]
async fn a_stream_that_another_process_moved_on_is_changed_refused_and_left_as_it_is_there() {
    let world = World::new().await;
    let there = world.replica.client(&world.admin);
    let group = json!({ "metadata": { "name": "ops" } });
    let group = format!(
        "{}/groups/{}",
        world.org,
        world.admin.post(&format!("{}/groups", world.org), group).await.is(201).id()
    );
    let described = |text: &str| json!({ "metadata": { "description": text } });
    let labelled = |text: &str| json!({ "metadata": { "labels": { "text": text } } });
    let hot = async || {
        for text in ["one", "two"] {
            let _ = there.patch(&group, &described(text)).await.is(200);
        }
    };

    // What the other process wrote stays, beside what is written here.
    hot().await;
    let _ = world.admin.patch(&group, &labelled("other")).await.is(200);
    let both = there.patch(&group, &described("three")).await.is(200);
    assert_eq!(both.json["metadata"]["labels"]["text"], "other");
    assert_eq!(both.json["metadata"]["description"], "three");

    // What would change nothing, if it were as it is remembered.
    hot().await;
    let _ = world.admin.patch(&group, &described("elsewhere")).await.is(200);
    let again = there.patch(&group, &described("two")).await.is(200);
    assert_eq!(again.json["metadata"]["description"], "two");
    let _ = world.admin.patch(&group, &described("elsewhere")).await.is(200);
    let same = there.patch(&group, &described("elsewhere")).await.is(200);
    assert_eq!(same.header("etag"), world.admin.get(&group).await.is(200).header("etag"));

    // Conditions are on what is there, whichever way they would be wrong.
    hot().await;
    let remembered = there.get(&group).await.is(200);
    let newer = world.admin.patch(&group, &labelled("newer")).await.is(200);
    let _ = there
        .patch(&group, &described("no"))
        .header("if-match", remembered.header("etag").unwrap())
        .await
        .is(412);
    let _ = there
        .patch(&group, &described("yes"))
        .header("if-match", newer.header("etag").unwrap())
        .await
        .is(200);

    // Deleted there, and restored there.
    hot().await;
    let _ = world.admin.delete(&group).await;
    let _ = there.patch(&group, &described("gone")).await.is(409);
    let _ = world.admin.post(&format!("{group}/restore"), json!({})).await.is(200);
    let _ = there.patch(&group, &described("back")).await.is(200);
    world.end(there).await;
}
