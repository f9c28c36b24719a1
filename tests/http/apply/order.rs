//! In whatever order documents come, they come to the same.

use super::sets::{documents_of_all_kinds, place};
use super::{World, documents, outcomes};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use testing::{Client, Reply, sized};

/// Everything that can be declared, as it is in an org, without what no two orgs have alike.
async fn state(client: &Client, org: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut lists: Vec<String> =
        ["projects", "groups", "role-bindings", "webhooks"].map(|list| format!("{org}/{list}")).into();
    while let Some(list) = lists.pop() {
        let page = client.get(&format!("{list}?limit=500")).await.is(200);
        for item in page.json["items"].as_array().unwrap() {
            let path = format!("{list}/{}", item["metadata"]["name"].as_str().unwrap_or_default());
            let inside: &[&str] = match item["kind"].as_str().unwrap() {
                "Project" => &["addons", "blueprints", "clusters", "namespaces", "workloads"],
                "Addon" | "Blueprint" => &["versions"],
                _ => &[],
            };
            lists.extend(inside.iter().map(|list| format!("{path}/{list}")));
            let mut item = item.clone();
            without_ids(&mut item);
            all.insert(format!("{} {item}", path.trim_start_matches(org)));
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

/// What an apply came to: whether it was done, and what each document did, whatever its place among them.
fn came_to(reply: &Reply, sent: &[Value]) -> (bool, BTreeMap<String, Value>) {
    let results = reply.json["results"].as_array().unwrap_or_else(|| panic!("{}", reply.json));
    let of = |result: &Value| {
        let document = &sent[usize::try_from(result["index"].as_u64().unwrap()).unwrap()];
        let errors = result["problem"]["errors"].as_array().into_iter().flatten();
        let faults: BTreeSet<String> =
            errors.map(|error| format!("{} {}", error["pointer"], error["code"])).collect();
        let problem = (&result["problem"]["status"], &result["problem"]["code"], faults);
        (place(document), json!([result["result"], result["version"], problem.0, problem.1, problem.2]))
    };
    (reply.status == 200, results.iter().map(of).collect())
}

/// Some documents, in two orders, and whether they are applied all or none.
fn two_orders() -> impl Strategy<Value = (Vec<Value>, Vec<Value>, bool)> {
    documents_of_all_kinds().prop_flat_map(|documents| {
        (
            Just(documents.clone()).prop_shuffle(),
            Just(documents).prop_shuffle(),
            proptest::bool::weighted(0.2),
        )
    })
}

#[tokio::test]
async fn any_documents_in_any_order_come_to_the_same_and_twice_is_no_event() {
    let mut runner = TestRunner::deterministic();
    let world = World::new().await;
    let (mut made, mut refused) = (0, 0);
    for case in 0..sized(24, 1_000) {
        let (one, other, atomic) = two_orders().new_tree(&mut runner).unwrap().current();
        let path = format!("apply?atomic={atomic}");
        let mut before = None;
        for (which, sent) in [&one, &other].into_iter().enumerate() {
            let (org, admin) = world.another_org(&format!("o{case}-{which}")).await;
            let reply = admin.post(&format!("{org}/{path}"), json!(sent)).await;
            let (is_done, came) = came_to(&reply, sent);
            let ended = state(&admin, &org).await;
            made += outcomes(&reply).iter().filter(|outcome| **outcome == "created").count();
            refused += outcomes(&reply).iter().filter(|outcome| **outcome == "refused").count();
            let again = admin.post(&format!("{org}/{path}"), json!(sent)).await;
            let is_settled =
                outcomes(&again).iter().all(|outcome| *outcome != "created" && *outcome != "configured");
            assert!(is_settled || !is_done, "case {case}: {} after {}", again.json, reply.json);
            assert_eq!(again.header("x-position"), None, "case {case}: {}", again.json);
            assert_eq!(state(&admin, &org).await, ended, "case {case}");
            let this = (is_done, came, ended);
            let first = before.get_or_insert_with(|| this.clone());
            assert_eq!(first.0, this.0, "case {case}: {}", reply.json);
            for (place, outcome) in &first.1 {
                assert_eq!(Some(outcome), this.1.get(place), "case {case}: {place}\n{one:?}\n{other:?}");
            }
            assert_eq!(first.2, this.2, "case {case}");
        }
    }
    // They are neither all well nor all wrong.
    assert!(made > 100 && refused > 50, "{made} made and {refused} refused");
}

/// Some of the documents first, one after the other, and then all of them at once.
#[tokio::test]
async fn what_is_there_already_makes_no_difference() {
    let mut runner = TestRunner::deterministic();
    let whole = World::new().await;
    let _ = whole.apply(&json!(documents())).await.is(200);
    let ended = state(&whole.admin, &whole.org).await;
    for _ in 0..3 {
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
