//! Whoever is erased is gone: from the database, from the files beside it, and from everything that can be read; and what was
//! signed still verifies.

use crate::commanding::{Installed, quarterdeck};
use crate::world::{World, public_keys};
use quarterdeck::ledger::erasures::Caught;
use quarterdeck::ledger::rebuild::{self, ReadModel};
use quarterdeck::ledger::verify::{Lives, Witness, verify_ledger};
use serde_json::{Value, json};
use sqlx::Row;
use std::fs;
use std::path::Path;
use std::time::Duration;
use testing::canary::{EMAIL, FIRST_NAME, LAST_NAME, REASON, act, must_not_name, person};
use testing::{Reply, Service};

/// What stands where something personal was.
const ERASED: &str = "[erased]";

/// Every read in which somebody may be found, at a moment or now.
fn reads(org: &str, user: &str, binding: &str, then: u64) -> Vec<String> {
    let mut paths = vec![];
    for thing in [
        format!("users/{user}"),
        "projects/hers".into(),
        "groups/friends".into(),
        format!("role-bindings/{binding}"),
    ] {
        for part in ["", "/history", "/diff", "/blame"] {
            paths.push(format!("{org}/{thing}{part}?asOf={then}"));
        }
    }
    for part in ["", "/history", "/blame", "/diff?from=1&to=2"] {
        paths.push(format!("{org}/users/{user}{part}"));
    }
    for list in ["users", "groups", "role-bindings", "projects", "api-keys"] {
        paths.push(format!("{org}/{list}?includeDeleted=true"));
        paths.push(format!("{org}/{list}?asOf={then}"));
    }
    paths.extend(["", "/audit", "/events?after=0", "/ledger/export"].map(|part| format!("{org}{part}")));
    paths
}

/// What all these reads answer.
async fn read(world: &World, paths: &[String]) -> String {
    let mut all = String::new();
    for path in paths {
        all.push_str(&text(&world.admin.get(path).await.is(200)));
    }
    for form in ["application/x-ndjson", "text/csv", "application/vnd.ocsf+x-ndjson"] {
        let trail = world.admin.get(&format!("{}/audit", world.org)).header("accept", form).await.is(200);
        all.push_str(&text(&trail));
    }
    for path in ["/v1/audit", "/v1/events?after=0"] {
        all.push_str(&text(&world.service.operator().get(path).await.is(200)));
    }
    all
}

fn text(reply: &Reply) -> String {
    String::from_utf8_lossy(&reply.bytes).into_owned()
}

/// Every file in a directory and below it, as text.
fn files(directory: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.push_str(&files(&path));
        } else {
            all.push_str(&String::from_utf8_lossy(&fs::read(path).unwrap()));
        }
    }
    all
}

/// The wrapped keys of persons, by the persons' ids.
async fn keys(service: &Service) -> Vec<(String, Vec<u8>)> {
    let rows = sqlx::query("SELECT person_id::text AS person, wrapped FROM person_keys ORDER BY 1");
    let rows = rows.fetch_all(&service.superuser()).await.unwrap();
    rows.iter().map(|row| (row.get("person"), row.get("wrapped"))).collect()
}

fn erase(world: &World, user: &str, confirm: &str) -> testing::Call {
    world.admin.post(&format!("{}/users/{user}/erase", world.org), json!({ "confirm": confirm }))
}

#[tokio::test]
async fn an_erased_person_is_nowhere_and_all_proofs_verify() {
    let world = World::new().await;
    let service = &world.service;
    let before = keys(service).await;
    let (user, person) = person(service, &world.org, EMAIL, "ORG_ADMIN").await;
    let binding = act(service, &world.org, &user, &person).await;
    let then = world.head().await;
    service.app.checkpoints.tick(true).await.unwrap();
    let known = read(&world, &reads(&world.org, &user, &binding, then)).await;
    for personal in [EMAIL, FIRST_NAME, LAST_NAME, REASON] {
        assert!(known.contains(personal), "{personal} could be read");
    }
    let hers: Vec<_> = keys(service).await.into_iter().filter(|key| !before.contains(key)).collect();
    assert_eq!(hers.len(), 2, "one for the identity, one for what the org knows of it");

    // Nothing is done without being asked for twice, and a dry run shows what would be.
    let path = format!("{}/users/{user}/erase", world.org);
    let other = erase(&world, &user, "somebody@else.test").await.is_problem(422, "validation_failed");
    assert_eq!(other.json["errors"][0]["code"], "confirmation_mismatch");
    assert_eq!(other.json["errors"][0]["pointer"], "/confirm");
    let _ = world.admin.post(&path, json!({})).await.is(422);
    let dry = world.admin.post(&format!("{path}?dryRun=true"), json!({ "confirm": EMAIL })).await.is(200);
    must_not_name("a dry run", &text(&dry));
    assert_eq!(dry.json["resource"]["spec"]["email"], ERASED);
    assert_eq!(dry.json["resource"]["status"]["phase"], "erased");
    let types: Vec<_> = dry.json["events"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert!(types.contains(&&json!("io.quarterdeck.membership.erased.v1")), "{types:?}");
    let _ = erase(&world, &user, EMAIL).header("if-match", "\"1\"").await.is_problem(412, "version_mismatch");
    assert_eq!(keys(service).await.len(), before.len() + 2, "nothing was erased yet");

    let erased = erase(&world, EMAIL, "CanaryPerson@mine.test").key("once").await.is(200);
    must_not_name("the answer", &text(&erased));
    assert_eq!(erased.json["status"]["phase"], "erased");
    assert_eq!(
        (&erased.json["spec"]["email"], &erased.json["spec"]["firstName"]),
        (&json!(ERASED), &json!(ERASED))
    );
    assert!(erased.header("x-position").is_some() && !erased.json["metadata"]["deletedAt"].is_null());
    let again = erase(&world, &user, EMAIL).await.is(200);
    assert_eq!((&again.json, again.header("x-position")), (&erased.json, None));
    let _ = erase(&world, EMAIL, EMAIL).await.is_problem(404, "not_found");
    let _ = person.get("/v1/me").await.is(401);

    let _ = sqlx::raw_sql("VACUUM FULL").execute(&service.superuser()).await.unwrap();
    let dump = service.dump().await;
    must_not_name("the database", &dump);
    must_not_name("the files", &files(service.data_dir()));
    assert_eq!(keys(service).await, before);
    for (person, wrapped) in &hers {
        let hex = quarterdeck::crypto::hex(wrapped);
        assert!(!dump.contains(&hex), "the key of {person} is still there");
    }
    assert!(!dump.lines().any(|line| line.starts_with("public.claims\t") && line.contains(&user)));
    let list = fs::read_to_string(service.data_dir().join("erasures")).unwrap();
    assert!(hers.iter().all(|(person, _)| list.contains(person)) && list.lines().count() == 2, "{list}");

    let found = read(&world, &reads(&world.org, &user, &binding, then)).await;
    must_not_name("a read", &found);
    assert!(found.contains(ERASED));
    for (reader, events) in
        [(&world.admin, format!("{}/events", world.org)), (&service.operator(), "/v1/events".to_owned())]
    {
        let pulled = reader.get(&format!("{events}?after=0&limit=500")).await.is(200);
        must_not_name("what is pulled", &text(&pulled));
        let mut stream = reader.follow(&format!("{events}/stream?after=0")).await;
        let told = stream.events(pulled.json["items"].as_array().unwrap().len()).await;
        must_not_name("a stream", &format!("{told:?}"));
    }
    let gone =
        world.admin.get(&format!("{}/users?email={EMAIL}&includeDeleted=true", world.org)).await.is(200);
    assert_eq!(gone.json["items"], json!([]));
    let shown = world.admin.get(&format!("{}/users", world.org)).await.is(200);
    assert!(!text(&shown).contains(&user));

    // What is derived again is what is there, and what was signed is what was signed.
    let report =
        rebuild::check(&service.app.pool, &ReadModel::ALL, Some(&service.app.keyring)).await.unwrap();
    assert!(report.is_fine(), "{:?}", report.differences);
    service.app.checkpoints.tick(true).await.unwrap();
    let mut superuser = world.superuser().await;
    let lives = Lives::of(&mut superuser).await.unwrap();
    let shelf = service.app.checkpoints.shelf();
    let witness = Witness::of_shelf(shelf, &public_keys(&service.app.keyring), lives).unwrap();
    let verified = verify_ledger(&mut superuser, &witness).await.unwrap();
    assert_eq!((verified.fault, verified.proven.tail), (None, 0));
    let installed = Installed::of(&world);
    let org = world.org.rsplit('/').next().unwrap();
    for more in [vec![], vec!["--events"], vec!["--as-of", "12"]] {
        let (code, said) =
            quarterdeck(&[&["replay", "--org", org], &installed.arguments()[..], &more].concat());
        assert_eq!(code, Some(0), "{said}");
        must_not_name("a replay", &said);
    }

    // The address is free: whoever comes with it is somebody else.
    let spec = json!({ "email": EMAIL, "access": "programmatic", "roles": [] });
    let new = world.admin.post(&format!("{}/users", world.org), json!({ "spec": spec })).await.is(201);
    assert_ne!(new.id(), user);
    let events =
        world.admin.get(&format!("{}/events?after={then}&type=io.quarterdeck.membership.*", world.org));
    let told: Vec<Value> = events.await.is(200).json["items"].as_array().unwrap().clone();
    let subject = json!(format!("users/{user}"));
    assert!(
        told.iter().any(
            |event| event["type"] == "io.quarterdeck.membership.erased.v1" && event["subject"] == subject
        )
    );
}

#[tokio::test]
async fn an_org_erases_what_it_knows_and_leaves_other_orgs_alone() {
    let world = World::new().await;
    let service = &world.service;
    let made = service.operator().post("/v1/orgs", json!({ "metadata": { "name": "other" } })).await.is(201);
    let other = format!("/v1/orgs/{}", made.id());
    let (user, here) = person(service, &world.org, EMAIL, "ORG_READ_ONLY").await;
    let (same, there) = person(service, &other, EMAIL, "ORG_ADMIN").await;
    assert_eq!(user, same, "one identity");

    let _ = erase(&world, &user, EMAIL).await.is(200);
    let _ = here.get("/v1/me").await.is(401);
    let me = there.get("/v1/me").await.is(200);
    assert_eq!(me.json["user"]["email"], EMAIL);
    let found = service.operator().get(&format!("{other}/users/{EMAIL}")).await.is(200);
    assert_eq!(found.json["spec"]["firstName"], FIRST_NAME);
    let _ = world.admin.get(&format!("{}/users/{EMAIL}", world.org)).await.is_problem(404, "not_found");
    let gone = world.admin.get(&format!("{}/users/{user}", world.org)).await.is(200);
    assert_eq!(gone.json["spec"]["lastName"], ERASED);

    // It is added again: what it was before stays forgotten.
    let spec = json!({ "email": EMAIL, "firstName": "New", "access": "console", "roles": [] });
    let back = world.admin.post(&format!("{}/users", world.org), json!({ "spec": spec })).await.is(201);
    assert_eq!((back.id(), &back.json["spec"]["firstName"]), (user.clone(), &json!("New")));
    let history = world.admin.get(&format!("{}/users/{user}/history", world.org)).await.is(200);
    assert!(!text(&history).contains(FIRST_NAME));
    let _ = world.admin.get(&format!("{}/users/{EMAIL}", world.org)).await.is(200);

    // The last that knew it takes the identity along; the last who administers stays.
    let last = format!("{other}/users/{user}/erase");
    let _ = there.post(&last, json!({ "confirm": user })).await.is_problem(409, "last_admin");
    assert_eq!(there.get("/v1/me").await.is(200).json["user"]["email"], EMAIL);
    let _ = erase(&world, &user, &user).await.is(200);
    let (_, successor) = person(service, &other, "successor@mine.test", "ORG_ADMIN").await;
    let oneself = there.post(&last, json!({ "confirm": EMAIL })).await.is(200);
    assert_eq!(oneself.json["spec"]["email"], ERASED);
    let removed = successor.post(&format!("{other}/users/{user}/remove"), json!({})).await.is(200);
    assert_eq!(removed.json["status"]["phase"], "erased", "it is out already");
    for verb in ["suspend", "reactivate"] {
        let path = format!("{other}/users/{user}/{verb}");
        let _ = successor.post(&path, json!({})).await.is_problem(409, "invalid_state");
    }
    let _ =
        successor.patch(&format!("{other}/users/{user}"), &json!({})).await.is_problem(409, "invalid_state");
    let revert = format!("{other}/users/{user}/revert");
    let _ = successor.post(&revert, json!({ "toVersion": 1 })).await.is_problem(409, "invalid_state");
    let report =
        rebuild::check(&service.app.pool, &ReadModel::ALL, Some(&service.app.keyring)).await.unwrap();
    assert!(report.is_fine(), "{:?}", report.differences);
    assert!(
        !service.dump().await.lines().any(|line| line.starts_with("public.claims\t") && line.contains(&user))
    );
}

#[tokio::test]
async fn only_an_admin_of_the_org_erases_and_nobody_learns_who_is_there() {
    let world = World::new().await;
    let service = &world.service;
    let (user, reader) = person(service, &world.org, EMAIL, "ORG_READ_ONLY").await;
    let path = format!("{}/users/{user}/erase", world.org);
    let body = || json!({ "confirm": EMAIL });
    let denied = reader.post(&path, body()).await.is(403);
    assert_eq!(denied.json["missingPermission"], "user.erase");
    assert_eq!(service.operator().post(&path, body()).await.is(403).json["missingPermission"], "user.erase");
    let nobody = format!("{}/users/{}/erase", world.org, uuid::Uuid::from_u128(7));
    let unknown = world.admin.post(&nobody, body()).await.is_problem(404, "not_found");
    let made = service.operator().post("/v1/orgs", json!({ "metadata": { "name": "other" } })).await.is(201);
    let (stranger, _) =
        person(service, &format!("/v1/orgs/{}", made.id()), "stranger@mine.test", "ORG_ADMIN").await;
    let foreign = erase(&world, &stranger, "stranger@mine.test").await.is_problem(404, "not_found");
    assert_eq!(unknown.json["detail"], foreign.json["detail"]);
}

#[tokio::test]
async fn another_process_forgets_at_once() {
    let world = World::new().await;
    let service = &world.service;
    let (user, _) = person(service, &world.org, EMAIL, "ORG_READ_ONLY").await;
    let replica = service.replica();
    let elsewhere = replica.client(&world.admin);
    let path = format!("{}/users/{user}", world.org);
    assert_eq!(elsewhere.get(&path).await.is(200).json["spec"]["email"], EMAIL, "it is remembered there");
    let _ = erase(&world, &user, EMAIL).await.is(200);
    let forgotten = async {
        while elsewhere.get(&path).await.is(200).json["spec"]["email"] != ERASED {
            tokio::task::yield_now().await;
        }
        // Also in what it has not forgotten the document of.
        let history = text(&elsewhere.get(&format!("{path}/history")).await.is(200));
        assert!(!history.contains(EMAIL) && !history.contains(FIRST_NAME), "{history}");
    };
    tokio::time::timeout(Duration::from_secs(5), forgotten).await.unwrap();
    // What it writes down of erasures is what there is.
    replica.app.erasures.catch_up().await.unwrap();
    assert_eq!(fs::read_to_string(service.data_dir().join("erasures")).unwrap().lines().count(), 2);
    drop(elsewhere);
    replica.stop().await;
}

#[tokio::test]
async fn keys_that_come_back_with_the_database_are_destroyed_again() {
    let world = World::new().await;
    let (service, app) = (&world.service, &world.service.app);
    let before = keys(service).await;
    let (user, _) = person(service, &world.org, EMAIL, "ORG_READ_ONLY").await;
    let mut superuser = world.superuser().await;
    sqlx::raw_sql("CREATE TABLE kept AS SELECT * FROM person_keys").execute(&mut superuser).await.unwrap();
    let _ = erase(&world, &user, EMAIL).await.is(200);
    assert_eq!(app.erasures.catch_up().await.unwrap(), Caught::Up);

    let back =
        "INSERT INTO person_keys SELECT * FROM kept ON CONFLICT DO NOTHING; UPDATE ledger_head SET epoch = 2";
    sqlx::raw_sql(back).execute(&mut superuser).await.unwrap();
    assert_eq!(keys(service).await.len(), before.len() + 2);
    assert_eq!(app.erasures.catch_up().await.unwrap(), Caught::InAnotherLife);
    app.erase_again().await.unwrap();
    assert_eq!(keys(service).await, before);
    assert_eq!(app.erasures.catch_up().await.unwrap(), Caught::Up);
    assert_eq!(fs::read_to_string(service.data_dir().join("erasures")).unwrap().lines().count(), 2);
}

#[tokio::test]
async fn two_who_are_added_and_erased_at_once_never_share_a_key() {
    let world = World::new().await;
    let service = &world.service;
    let (user, _) = person(service, &world.org, EMAIL, "ORG_READ_ONLY").await;
    let made = service.operator().post("/v1/orgs", json!({ "metadata": { "name": "other" } })).await.is(201);
    let users = format!("/v1/orgs/{}/users", made.id());
    let spec = json!({ "email": EMAIL, "firstName": FIRST_NAME, "access": "programmatic", "roles": [] });
    let operator = service.operator();
    let (erased, added) = futures::future::join(async { erase(&world, &user, EMAIL).await.is(200) }, async {
        operator.post(&users, json!({ "spec": spec })).await.is(201)
    })
    .await;
    assert_eq!(erased.json["spec"]["email"], ERASED);
    let found = operator.get(&format!("{users}/{EMAIL}")).await.is(200);
    assert_eq!((found.id(), &found.json["spec"]["firstName"]), (added.id(), &json!(FIRST_NAME)));
    let report =
        rebuild::check(&service.app.pool, &ReadModel::ALL, Some(&service.app.keyring)).await.unwrap();
    assert!(report.is_fine(), "{:?}", report.differences);
}
