//! The conventions that every operation keeps, tested on orgs.

mod bodies;
mod dry_runs;
mod fuzz;
mod idempotency;
mod lists;
mod past;
mod patches;
mod preconditions;
mod requests;

use serde_json::{Value, json};
use testing::{Client, Reply};

/// An org of this name.
async fn make(client: &Client, name: &str) -> Reply {
    client.post("/v1/orgs", org(name)).await.is(201)
}

/// What to send for an org of this name.
fn org(name: &str) -> Value {
    json!({ "metadata": { "name": name } })
}

/// The installation's last position, which grows with everything that is recorded.
async fn position(client: &Client) -> i64 {
    client.get("/v1/orgs?limit=1").await.is(200).json["position"].as_i64().unwrap()
}

/// The path of an org.
fn path(made: &Reply) -> String {
    format!("/v1/orgs/{}", made.id())
}

/// The names on a page, in order.
pub(crate) fn names(page: &Reply) -> Vec<String> {
    let items = page.json["items"].as_array().unwrap();
    items.iter().map(|item| item["metadata"]["name"].as_str().unwrap().to_owned()).collect()
}
