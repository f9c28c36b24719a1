//! What becomes of a version of an add-on.

use super::{SETTINGS, World, inline, number, phase, text, version};
use crate::conventions::names;
use serde_json::{Value, json};

#[tokio::test]
async fn a_version_goes_its_way_from_draft_to_active_and_disabled() {
    let world = World::new().await.with("yaml").await;
    let admin = &world.admin;
    let made = world.make("1.0.0-RC.1", inline()).await;
    let location = made.header("location").unwrap().to_owned();
    assert!(location.ends_with(&format!("/versions/{}", made.id())), "{location}");
    assert_eq!((phase(&made), &made.json["status"]["activatedAt"]), ("draft", &Value::Null));
    assert_eq!(made.json["status"]["conditions"][0]["reason"], "Draft");
    let path = world.version("1.0.0-RC.1");
    assert_eq!(admin.get(&path).await.is(200).json["status"]["usedBy"], json!([]));
    let to = |verb: &str| format!("{path}/{verb}");
    let _ = admin.post(&to("disable"), Value::Null).await.is_problem(409, "invalid_state");
    let notes = json!({ "spec": { "notes": "better" } });
    assert_eq!(number(&admin.patch(&path, &notes).await.is(200)), 2);

    let active = admin.post(&to("activate"), json!({ "reason": "it works" })).await.is(200);
    assert_eq!((phase(&active), number(&active)), ("active", 3));
    assert_eq!(admin.post(&to("activate"), Value::Null).await.is(200).header("x-position"), None);
    let disabled = admin.post(&to("disable"), Value::Null).await.is(200);
    assert_eq!((phase(&disabled), &disabled.json["status"]["usedBy"]), ("disabled", &json!([])));
    let dry = admin.post(&format!("{}?dryRun=true", to("activate")), Value::Null).await.is(200);
    assert_eq!(dry.json["events"][0]["type"], "io.quarterdeck.addonVersion.activated.v1");
    assert_eq!(phase(&admin.post(&to("activate"), Value::Null).await.is(200)), "active");

    assert_eq!(names(&admin.get(&world.version("?phase=active")).await.is(200)), ["1.0.0-RC.1"]);
    assert_eq!(names(&admin.get(&world.version("?phase=draft")).await.is(200)), Vec::<String>::new());
    let blame = admin.get(&to("blame")).await;
    let _ = blame.is(200);
}

#[tokio::test]
async fn what_was_activated_is_the_same_for_ever() {
    let world = World::new().await.with("yaml").await;
    let admin = &world.admin;
    let path = world.version("1.0.0");
    let sent = version("1.0.0", inline());
    let made = admin.put(&path, &sent).await.is(201);
    let _ = admin.post(&format!("{path}/activate"), Value::Null).await.is(200);
    for same in [sent, made.json.clone(), admin.get(&path).await.is(200).json] {
        let again = admin.put(&path, &same).await.is(200);
        assert_eq!((number(&again), again.header("x-position")), (2, None), "the same content is no change");
    }
    let other = version("1.0.0", json!({ "inline": format!("{SETTINGS}data: {{}}\n") }));
    let refused = admin.put(&path, &other).await.is_problem(409, "invalid_state");
    assert!(refused.json["detail"].as_str().unwrap().contains("stays as it is for ever"), "{}", refused.json);
    let notes = json!({ "spec": { "notes": "x" } });
    let _ = admin.patch(&path, &notes).await.is_problem(409, "invalid_state");
    let _ = admin.delete(&path).await.is_problem(409, "invalid_state");
    let taken =
        admin.post(&world.version(""), version("1.0.0", inline())).await.is_problem(409, "name_taken");
    assert_eq!(taken.json["conflictingId"].as_str(), Some(made.id().as_str()));
}

#[tokio::test]
async fn a_deleted_draft_gives_its_name_up_and_takes_it_again() {
    let world = World::new().await.with("yaml").await;
    let admin = &world.admin;
    let first = world.make("1.0.0", inline()).await.id();
    let path = world.version("1.0.0");
    assert_eq!(phase(&admin.delete(&path).await.is(200)), "deleted");
    let _ = admin.get(&path).await.is_problem(404, "not_found");
    assert_eq!(phase(&admin.get(&world.version(&first)).await.is(200)), "deleted");
    let second = world.make("1.0.0", inline()).await.id();
    let restore = world.version(&format!("{first}/restore"));
    let _ = admin.post(&restore, Value::Null).await.is_problem(409, "name_taken");
    let _ = admin.delete(&world.version(&second)).await.is(200);
    assert_eq!(phase(&admin.post(&restore, Value::Null).await.is(200)), "draft");
    for name in ["", "-1", "a b", "0193f3a0-7c1b-7000-8000-000000000020"] {
        let refused = admin.post(&world.version(""), version(name, inline())).await;
        let refused = refused.is_problem(422, "validation_failed");
        assert_eq!(refused.json["errors"][0]["pointer"], "/metadata/name");
    }
}

#[tokio::test]
async fn a_draft_goes_back_to_what_it_was() {
    let world = World::new().await.with("yaml").await;
    let admin = &world.admin;
    let path = world.version("1.0.0");
    let first = world.make("1.0.0", inline()).await;
    let other = json!({ "spec": { "artifact": { "inline": format!("{SETTINGS}data: {{a: b}}\n") } } });
    let second = admin.patch(&path, &other).await.is(200);
    assert_ne!(first.json["spec"], second.json["spec"]);
    let back = admin.post(&format!("{path}/revert"), json!({ "toVersion": 1 })).await.is(200);
    assert_eq!((number(&back), &back.json["spec"]), (3, &first.json["spec"]));
    let then = admin.get(&format!("{path}/artifact?asOf={}", position(&second))).await.is(200);
    assert_eq!(text(&then), format!("{SETTINGS}data: {{a: b}}\n"));
}

/// The position of the org at which a reply was recorded.
fn position(reply: &testing::Reply) -> i64 {
    reply.header("x-position").unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_addon_is_deleted_or_gets_a_version_and_not_both() {
    let world = World::new().await;
    for round in 0..8 {
        let name = format!("a{round}");
        let id = world.admin.post(&world.addon(""), super::addon(&name, "yaml")).await.is(201).id();
        let (one, other) = (world.admin.clone(), world.admin.clone());
        let (delete, create) = (world.addon(&id), world.addon(&format!("{id}/versions")));
        let deleting = tokio::spawn(async move { one.delete(&delete).await.status.as_u16() });
        let creating =
            tokio::spawn(async move { other.post(&create, version("1", inline())).await.status.as_u16() });
        let outcome = (deleting.await.unwrap(), creating.await.unwrap());
        assert!(matches!(outcome, (200, 409 | 201)), "{outcome:?}");
        let versions = world.admin.get(&world.addon(&format!("{id}/versions"))).await.is(200);
        assert_eq!(names(&versions).len(), usize::from(outcome.1 == 201), "none after it was gone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_race_for_the_name_of_a_version_one_gets_it() {
    let world = World::new().await.with("yaml").await;
    let racing: Vec<_> = (0..12)
        .map(|number| {
            let (admin, path) = (world.admin.clone(), world.version(""));
            let artifact = json!({ "inline": format!("{SETTINGS}data: {{n: \"{number}\"}}\n") });
            tokio::spawn(async move { admin.post(&path, version("1.0.0", artifact)).await })
        })
        .collect();
    let mut made = 0;
    for one in racing {
        let reply = one.await.unwrap();
        if reply.status.as_u16() == 201 {
            made += 1;
        } else {
            let _ = reply.is_problem(409, "name_taken");
        }
    }
    assert_eq!(made, 1);
}
