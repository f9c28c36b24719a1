//! Every operation that changes something leaves an entry, whether it is let or not.
//!
//! Each is asked for real: by somebody who only reads, and by who may most; things are deleted last. What becomes of each
//! is a golden file, so that a new operation without an entry fails.

use crate::compare_text;
use crate::operations::{Operation, operations};
use crate::world::{Places, World};
use axum::http::Method;
use sqlx::PgPool;
use std::fmt::Write as _;
use testing::Client;

/// What the entry of a request says: what was asked, and how it ended.
async fn entry(ledger: &PgPool, request: &str) -> Option<(String, String)> {
    let entry = "SELECT coalesce(metadata ->> 'action', ''), \
                 CASE aggregate_type WHEN 'access' THEN payload ->> 'outcome' ELSE 'allowed' END \
                 FROM events WHERE metadata ->> 'requestId' = $1 ORDER BY position DESC LIMIT 1";
    sqlx::query_as(entry).bind(request).fetch_optional(ledger).await.unwrap()
}

/// Asks for real, and reads what is recorded of it.
async fn ask(
    ledger: &PgPool,
    actor: &Client,
    operation: &Operation,
    path: &str,
) -> (u16, Option<String>, Option<(String, String)>) {
    let reply = operation.call_for_real(actor, path).await;
    let request = reply.header("x-request-id").unwrap().to_owned();
    let position = reply.header("x-position").map(str::to_owned);
    (reply.status.as_u16(), position, entry(ledger, &request).await)
}

/// Those that change something: first what makes and changes, then what ends things, from the inside out.
pub(crate) fn in_order() -> Vec<&'static Operation> {
    let mut all: Vec<&Operation> = operations().iter().filter(|operation| operation.changes()).collect();
    let ends = |operation: &Operation| {
        let verb = operation.path.rsplit('/').next().unwrap();
        operation.method == Method::DELETE
            || ["remove", "erase", "suspend", "deactivate", "reject", "revoke", "decommission"]
                .contains(&verb)
    };
    all.sort_by_key(|operation| {
        let from_inside = usize::MAX - operation.path.matches('/').count();
        (ends(operation), if ends(operation) { from_inside } else { 0 }, operation.id)
    });
    all
}

/// Where an operation is asked. Who is erased is whom the example confirms; `addUser` has added it.
fn places(world: &World, operation: &Operation) -> Places {
    match operation.id {
        "eraseUser" => world.own.with("user", "ci@acme.test"),
        _ => world.own.clone(),
    }
}

#[tokio::test]
async fn whoever_is_not_let_is_recorded() {
    let world = World::new().await;
    let ledger = world.ledger();
    let reader = world.reader().await;
    for operation in in_order() {
        let path = world.own.path(operation);
        let (status, _, entry) = ask(&ledger, &reader, operation, &path).await;
        if matches!(status, 403 | 404) {
            let (action, outcome) = entry.unwrap_or_else(|| panic!("{} leaves no entry", operation.id));
            assert_eq!(outcome, "denied", "{}", operation.id);
            assert!(action.contains('.'), "{}: {action}", operation.id);
        } else {
            // Everybody has keys of one's own, and nothing else to change.
            assert!(operation.id.ends_with("ApiKey"), "{} lets a reader through: {status}", operation.id);
        }
    }
}

#[tokio::test]
async fn whoever_is_let_is_recorded() {
    let world = World::new().await;
    let ledger = world.ledger();
    let operator = world.operator();
    let mut text = String::from("# What is recorded of each operation, asked by who may most.\n");
    for operation in in_order() {
        let path = places(&world, operation).path(operation);
        let actor = if Places::is_inside_of_an_org(operation) { world.admin() } else { &operator };
        let (status, position, entry) = ask(&ledger, actor, operation, &path).await;
        let told = match (status, position, &entry) {
            (200..300, None, None) => "unchanged".to_owned(),
            (_, _, Some((action, outcome))) => format!("{outcome:<9}{action}"),
            (_, _, None) => panic!("{} leaves no entry: {status}", operation.id),
        };
        writeln!(text, "{:<32}{told}", operation.id).unwrap();
    }
    compare_text("audited", &text);
}
