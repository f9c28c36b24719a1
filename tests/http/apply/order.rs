//! In whatever order documents come, they come to the same.

use super::{World, documents, outcomes};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testing::Client;

/// How many orders are tried.
const ORDERS: usize = 6;

/// Everything that the documents declare, as it is in an org, without what no two orgs have alike.
async fn state(client: &Client, org: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for list in [
        "/projects",
        "/groups",
        "/role-bindings",
        "/projects/platform/addons",
        "/projects/platform/addons/ingress/versions",
        "/projects/platform/blueprints",
        "/projects/platform/blueprints/rock/versions",
        "/projects/payments/blueprints",
        "/projects/payments/blueprints/base/versions",
        "/projects/payments/namespaces",
    ] {
        let page = client.get(&format!("{org}{list}")).await;
        if page.status != 200 {
            continue;
        }
        for item in page.json["items"].as_array().unwrap() {
            let mut item = item.clone();
            without_ids(&mut item);
            all.insert(format!("{list} {item}"));
        }
    }
    all
}

fn without_ids(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let is_own = |name: &str| {
                name == "id"
                    || name.ends_with("Id")
                    || name.ends_with("At")
                    || name.ends_with("By")
                    || name.ends_with("Time")
            };
            members.retain(|name, _| !is_own(name));
            members.values_mut().for_each(without_ids);
        }
        Value::Array(items) => items.iter_mut().for_each(without_ids),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn any_order_ends_in_the_same_state_and_twice_is_no_event() {
    let mut runner = TestRunner::deterministic();
    let mut first = None;
    for _ in 0..ORDERS {
        let world = World::new().await;
        let shuffled = Just(documents()).prop_shuffle().new_tree(&mut runner).unwrap().current();
        let made = world.apply(&json!(shuffled)).await.is(200);
        assert_eq!(outcomes(&made), vec!["created"; shuffled.len()], "{shuffled:?}");
        let ended = state(&world.admin, &world.org).await;
        assert_eq!(first.get_or_insert_with(|| ended.clone()), &ended, "{shuffled:?}");
        let position = world.position().await;
        let again = Just(shuffled).prop_shuffle().new_tree(&mut runner).unwrap().current();
        assert_eq!(outcomes(&world.apply(&json!(again)).await.is(200)), vec!["unchanged"; again.len()]);
        assert_eq!(world.position().await, position, "twice is no event");
    }
}

/// Some of the documents first, one after the other, and then all of them at once.
#[tokio::test]
async fn what_is_there_already_makes_no_difference() {
    let mut runner = TestRunner::deterministic();
    let whole = World::new().await;
    let _ = whole.apply(&json!(documents())).await.is(200);
    let ended = state(&whole.admin, &whole.org).await;
    for _ in 0..ORDERS / 2 {
        let world = World::new().await;
        let count = (1..documents().len()).new_tree(&mut runner).unwrap().current();
        // What comes first in the order of dependency can be made alone.
        for document in documents().into_iter().filter(|it| it["kind"] != "RoleBinding").take(count) {
            assert_eq!(outcomes(&world.apply(&json!([document])).await.is(200)), ["created"]);
        }
        let _ = world.apply(&json!(documents())).await.is(200);
        assert_eq!(state(&world.admin, &world.org).await, ended, "after {count}");
    }
}
