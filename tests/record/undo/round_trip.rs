//! There and back, for every kind.

use super::World;
use super::rows::{ROWS, Row};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testing::{Client, Contract, Reply};

/// The paths of all operations that end so.
fn documented(verb: &str) -> BTreeSet<String> {
    let paths = Contract::get().document["paths"].as_object().unwrap();
    paths.keys().filter_map(|path| path.strip_suffix(verb)).map(str::to_owned).collect()
}

#[test]
fn every_kind_has_a_row() {
    let rows = |only: fn(&&Row) -> bool| -> BTreeSet<String> {
        ROWS.iter().filter(only).map(|row| row.template.to_owned()).collect()
    };
    assert_eq!(documented("/revert"), rows(|_| true));
    assert_eq!(documented("/restore"), rows(|row| row.restores));
}

/// What people set, and what it is called.
fn declared(reply: &Reply) -> [Value; 4] {
    let json = &reply.json;
    [&json["metadata"]["id"], &json["metadata"]["name"], &json["metadata"]["labels"], &json["spec"]]
        .map(Value::clone)
}

fn version(reply: &Reply) -> i64 {
    reply.json["metadata"]["version"].as_i64().unwrap()
}

fn clients<'w>(world: &'w World, row: &Row) -> &'w Client {
    if row.template.matches('{').count() == 1 { &world.operator } else { &world.admin }
}

#[tokio::test]
async fn what_was_deleted_comes_back_as_it_was() {
    let world = World::new().await;
    for row in ROWS.iter().filter(|row| row.restores) {
        let client = clients(&world, row);
        let collection = row.collection(&world).await;
        let id = client.post(&collection, row.body(&world, "one")).await.is(201).id();
        let path = format!("{collection}/{id}");
        let last = client.patch(&path, &(row.patch)()).await.is(200);
        let gone = client.delete(&path).await.is(200);
        assert!(gone.json["metadata"]["deletedAt"].is_string(), "{path}");
        let restore = format!("{path}/restore");

        let planned = client.post(&format!("{restore}?dryRun=true"), Value::Null).await.is(200);
        assert_eq!(planned.json["events"].as_array().map(Vec::len), Some(1), "{path}");
        assert_eq!(
            version(&client.get(&path).await.is(200)),
            version(&gone),
            "{path}: a dry run records nothing"
        );
        let stale = client.post(&restore, Value::Null).header("if-match", "\"1\"").await;
        let _ = stale.is_problem(412, "version_mismatch");
        let who = if row.template.matches('{').count() == 1 { &world.admin } else { &world.reader };
        let denied = who.post(&restore, Value::Null).await;
        assert!([403, 404].contains(&denied.status.as_u16()), "{path}: {}", denied.json);

        let back = client.post(&restore, json!({ "reason": "missed" })).await.is(200);
        assert_eq!(declared(&back), declared(&last), "{path}");
        assert_eq!(version(&back), version(&gone) + 1, "{path}");
        assert!(back.json["metadata"]["deletedAt"].is_null(), "{path}");
        let again = client.post(&restore, Value::Null).await.is(200);
        assert_eq!(
            (version(&again), again.header("x-position")),
            (version(&back), None),
            "{path}: already so"
        );
        let entry = client.get(&format!("{path}/history?limit=1")).await.is(200);
        assert_eq!(entry.json["items"][0]["reason"], "missed", "{path}");
    }
}

#[tokio::test]
async fn going_back_is_a_change_of_its_own() {
    let world = World::new().await;
    for row in &ROWS {
        let client = clients(&world, row);
        let collection = row.collection(&world).await;
        let made = client.post(&collection, row.body(&world, "one")).await.is(201);
        let path = format!("{collection}/{}", made.id());
        let first = client.get(&path).await.is(200);
        let changed = client.patch(&path, &(row.patch)()).await.is(200);
        assert_ne!(declared(&changed), declared(&first), "{path}");
        let history = format!("{path}/history");
        let before = client.get(&history).await.is(200).json["items"].clone();

        let revert = format!("{path}/revert");
        let to_the_first = json!({ "toVersion": version(&first) });
        let denied = world.reader.post(&revert, to_the_first.clone()).await;
        assert!([403, 404].contains(&denied.status.as_u16()), "{path}: {}", denied.json);
        let after = client.post(&revert, to_the_first).await.is(200);
        assert_eq!(declared(&after), declared(&first), "{path}");
        assert_eq!(version(&after), version(&changed) + 1, "{path}");

        let now = client.get(&history).await.is(200).json["items"].clone();
        let (now, before) = (now.as_array().unwrap(), before.as_array().unwrap());
        assert_eq!(now[1..], before[..], "{path}: nothing is taken out of the record");
        let then = format!("{path}?asOf={}", changed.header("x-position").unwrap());
        assert_eq!(declared(&client.get(&then).await.is(200)), declared(&changed), "{path}");
        let _ = client.post(&revert, json!({ "toVersion": 99 })).await.is_problem(422, "validation_failed");
    }
}
