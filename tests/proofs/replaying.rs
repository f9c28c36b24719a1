//! `quarterdeck replay`: an org as its events alone make it.

use crate::commanding::{Installed, quarterdeck};
use crate::world::World;
use serde_json::{Value, json};

fn lines(said: &str) -> Vec<Value> {
    said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn by_id(items: &[Value]) -> Vec<(String, Value)> {
    let mut items: Vec<_> = items
        .iter()
        .map(|item| (item["metadata"]["id"].as_str().unwrap().to_owned(), item.clone()))
        .collect();
    items.sort_by(|left, right| left.0.cmp(&right.0));
    items
}

#[tokio::test]
async fn what_is_replayed_is_what_was_read_then() {
    let world = World::new().await;
    world.projects(0..3).await;
    let then = world.head().await;
    let before = world.admin.get(&format!("{}/projects", world.org)).await.is(200);
    drop(world.admin.delete(&format!("{}/projects/p1", world.org)).await.is(200));
    let described = json!({ "metadata": { "description": "changed" } });
    drop(world.admin.patch(&format!("{}/projects/p2", world.org), &described).await.is(200));
    let now = world.admin.get(&format!("{}/projects", world.org)).await.is(200);
    let users = world.admin.get(&format!("{}/users", world.org)).await.is(200);

    let installed = Installed::of(&world);
    let org = world.org.rsplit('/').next().unwrap();
    let replay = |more: &[&str]| {
        let arguments = [&["replay", "--org", org], &installed.arguments()[..], more].concat();
        let (code, said) = quarterdeck(&arguments);
        assert_eq!(code, Some(0), "{said}");
        lines(&said)
    };
    for (more, list) in [
        (vec!["--kind", "Project"], &now),
        (vec!["--kind", "project", "--as-of", &then.to_string()], &before),
        // Personal data is opened, as it is when it is sent.
        (vec!["--kind", "User"], &users),
    ] {
        assert_eq!(by_id(&replay(&more)), by_id(list.json["items"].as_array().unwrap()), "{more:?}");
    }
    let all = replay(&[]);
    let kinds: std::collections::BTreeSet<_> = all.iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert!(["ApiKey", "Org", "Project", "User"].iter().all(|kind| kinds.contains(kind)), "{kinds:?}");

    let events = replay(&["--events"]);
    let export = world.get("export").await.is(200);
    let exported = lines(std::str::from_utf8(&export.bytes).unwrap());
    assert_eq!(events[..], exported[..events.len()]);
    assert_eq!(replay(&["--events", "--kind", "Project"]).len(), 5);
    assert_eq!(replay(&["--events", "--as-of", "2"]).len(), 2);
    assert_eq!(replay(&["--events", "--as-of", "2025-12-31T00:00:00Z"]).len(), 0);
}

#[tokio::test]
async fn what_cannot_be_replayed_is_said() {
    let world = World::new().await;
    let installed = Installed::of(&world);
    for (org, as_of) in
        [("nobody", "1"), ("acme", "1000"), ("acme", "soon"), ("0193f3a0-7c1b-7000-8000-000000000001", "1")]
    {
        let arguments = [&["replay", "--org", org, "--as-of", as_of], &installed.arguments()[..]].concat();
        assert_eq!(quarterdeck(&arguments).0, Some(2), "{org} {as_of}");
    }
    let arguments = [&["replay", "--org", "acme", "--kind", "Org"], &installed.arguments()[..]].concat();
    let (code, said) = quarterdeck(&arguments);
    assert!(code == Some(0) && lines(&said).len() == 1, "{said}");

    let mut superuser = world.superuser().await;
    sqlx::raw_sql("DELETE FROM events WHERE org_position = 2").execute(&mut superuser).await.unwrap();
    let arguments = [&["replay", "--org", "acme"], &installed.arguments()[..]].concat();
    let (code, said) = quarterdeck(&arguments);
    assert!(code == Some(1) && said.contains("position 2 is missing"), "{code:?} {said}");
}
