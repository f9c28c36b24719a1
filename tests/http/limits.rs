//! Limits on how often callers may ask, by a clock in hand; and what becomes of more than can be taken.

use axum::body::Body;
use bytes::Bytes;
use futures::channel::mpsc;
use futures::future::join_all;
use quarterdeck::app::Settings;
use quarterdeck::app::rate::CallerLimits;
use quarterdeck::clock::Clock as _;
use quarterdeck::ledger::unit::{Unit, Verdict};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::convert::Infallible;
use std::time::Duration;
use testing::{Call, Client, Reply, Service};
use values::ScopeId;

const SECOND: i64 = 1_000_000;

async fn limited(org: Option<&str>, key: Option<&str>) -> Service {
    let parse = |text: Option<&str>| text.map(|text| text.parse().unwrap());
    let limits = CallerLimits { org: parse(org), key: parse(key) };
    Service::with_settings(Settings { limits, ..Settings::default() }).await
}

/// A new org, and the client of an admin of it.
async fn org(service: &Service, name: &str) -> (String, Client) {
    let path = format!("/v1/orgs/{}", create_org(&service.operator(), name).await.is(201).id());
    let (_, admin) = service.member(&path, "ada", &["ORG_ADMIN"]).await;
    (path, admin)
}

#[track_caller]
fn says(reply: &Reply, limit: &str, policy: &str) {
    assert_eq!((reply.header("ratelimit"), reply.header("ratelimit-policy")), (Some(limit), Some(policy)));
}

#[tokio::test]
async fn nobody_is_limited_by_default() {
    let service = Service::start().await;
    let (path, admin) = org(&service, "acme").await;
    for _ in 0..50 {
        let reply = admin.get(&path).await.is(200);
        assert_eq!(reply.header("ratelimit"), None);
    }
}

#[tokio::test]
async fn a_key_that_asks_too_often_is_told_when_to_ask_again() {
    let service = limited(None, Some("3/min")).await;
    let (path, admin) = org(&service, "acme").await;
    for left in [2, 1, 0] {
        let reply = admin.get(&path).await.is(200);
        says(&reply, &format!("\"key\";r={left};t={}", 60 - 20 * left), "\"key\";q=3;w=60");
    }
    let reply = admin.get(&path).await.is_problem(429, "rate_limited");
    says(&reply, "\"key\";r=0;t=60", "\"key\";q=3;w=60");
    assert_eq!((reply.header("retry-after"), &reply.json["retryAfterSeconds"]), (Some("20"), &json!(20)));

    // What is refused takes nothing, and is no attempt that would be recorded.
    let project = json!({ "metadata": { "name": "p" }, "spec": {} });
    let events = async || -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM events").fetch_one(&service.superuser()).await.unwrap()
    };
    let before = events().await;
    let _ = admin.post(&format!("{path}/projects"), project.clone()).await.is_problem(429, "rate_limited");
    assert_eq!(events().await, before);
    service.clock.advance_micros(20 * SECOND);
    let reply = admin.post(&format!("{path}/projects"), project).await.is(201);
    says(&reply, "\"key\";r=0;t=60", "\"key\";q=3;w=60");
    let _ = admin.get("/v1/me").await.is_problem(429, "rate_limited");

    // Another key has an allowance of its own.
    let (_, other) = service.member(&path, "bob", &["ORG_ADMIN"]).await;
    let _ = other.get(&path).await.is(200);
}

#[tokio::test]
async fn an_orgs_keys_share_its_allowance_and_other_orgs_have_theirs() {
    let service = limited(Some("4/s"), Some("3/s")).await;
    let (acme, ada) = org(&service, "acme").await;
    let (_, bob) = service.member(&acme, "bob", &["ORG_READ_ONLY"]).await;
    let (umbrella, eve) = org(&service, "umbrella").await;
    let policy = "\"key\";q=3;w=1, \"org\";q=4;w=1";
    for client in [&ada, &ada, &bob] {
        let _ = client.get(&acme).await.is(200);
    }
    says(&ada.get(&acme).await.is(200), "\"key\";r=0;t=1, \"org\";r=0;t=1", policy);
    says(&bob.get(&acme).await.is_problem(429, "rate_limited"), "\"key\";r=1;t=1, \"org\";r=0;t=1", policy);
    let _ = eve.get(&umbrella).await.is(200);
    service.clock.advance_micros(SECOND);
    let _ = bob.get(&acme).await.is(200);
}

#[tokio::test]
async fn operators_can_always_help() {
    let service = limited(Some("1/h"), Some("1/h")).await;
    for _ in 0..5 {
        let reply = service.operator().get("/v1/orgs").await.is(200);
        assert_eq!(reply.header("ratelimit"), None);
    }
}

/// How many commands may wait for the ledger's writer.
const QUEUE: usize = 2_048;

#[tokio::test]
async fn what_there_is_no_place_for_is_turned_away_at_once_and_there_is_one_again() {
    let service = Service::start().await;
    let operator = service.operator();
    let make = |name: &str| create_org(&operator, name);
    let _ = make("first").await.is(201);
    let superuser = service.superuser();
    let mut holder = superuser.begin().await.unwrap();
    sqlx::query("SELECT position FROM ledger_head FOR UPDATE").execute(&mut *holder).await.unwrap();
    let waiting = tokio::spawn(make("second").into_future());
    until_somebody_waits_for_a_lock(&superuser).await;

    let of_somebody = || Unit {
        authority: vec![(ScopeId::from(service.app.ids.mint(service.clock.now())), 0)],
        ..Unit::default()
    };
    let mut others = Box::pin(join_all((0..QUEUE).map(|_| service.app.ledger.submit(of_somebody()))));
    assert!(futures::poll!(&mut others).is_pending());
    for _ in 0..10 {
        let reply = make("third").await.is_problem(503, "overloaded");
        assert_eq!(reply.header("retry-after"), Some("1"));
    }
    // Reading goes on.
    let _ = operator.get("/v1/orgs").await.is(200);

    holder.rollback().await.unwrap();
    assert!(others.await.into_iter().all(|verdict| matches!(verdict, Ok(Verdict::Recorded(_)))));
    let _ = waiting.await.unwrap().is(201);
    let _ = make("third").await.is(201);
    let names: i64 = sqlx::query_scalar("SELECT count(*) FROM documents WHERE kind = 'Org'")
        .fetch_one(&superuser)
        .await
        .unwrap();
    assert_eq!(names, 3);
}

#[tokio::test]
async fn an_org_that_sends_more_than_others_waits_for_itself() {
    let service = Service::start().await;
    let (acme, ada) = org(&service, "acme").await;
    let (umbrella, eve) = org(&service, "umbrella").await;
    let group = |client: &Client, org: &str, number: usize| {
        let group = json!({ "metadata": { "name": format!("g{number}") }, "spec": {} });
        tokio::spawn(client.post(&format!("{org}/groups"), group).into_future())
    };
    let _ = group(&ada, &acme, 100).await.unwrap().is(201);
    let _ = group(&eve, &umbrella, 100).await.unwrap().is(201);
    let superuser = service.superuser();
    let mut holder = superuser.begin().await.unwrap();
    sqlx::query("SELECT position FROM ledger_head FOR UPDATE").execute(&mut *holder).await.unwrap();
    let first = tokio::spawn(create_org(&service.operator(), "first").into_future());
    until_somebody_waits_for_a_lock(&superuser).await;

    // Three have sent lately, with the operator: of each a third of 40 are worked on.
    let loud: Vec<_> = (0..42).map(|number| group(&ada, &acme, number)).collect();
    let app = &service.app;
    while (app.turns.waiting(), app.ledger.waiting()) != (29, 13) {
        tokio::task::yield_now().await;
    }
    let quiet = group(&eve, &umbrella, 0);
    while app.ledger.waiting() != 14 {
        tokio::task::yield_now().await;
    }
    assert_eq!(app.turns.waiting(), 29, "it waits for nobody");

    holder.rollback().await.unwrap();
    for made in loud.into_iter().chain([first, quiet]) {
        let _ = made.await.unwrap().is(201);
    }
    let later: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM events WHERE event_type = 'group.created' AND position > (SELECT max(position) FROM events \
         WHERE event_type = 'group.created' AND '/v1/orgs/' || org_id = $1)",
    )
    .bind(&umbrella)
    .fetch_one(&superuser)
    .await
    .unwrap();
    assert!(later >= 29, "only {later} of the loud org's were recorded later");
    assert_eq!(app.turns.waiting(), 0);
}

fn create_org(client: &Client, name: &str) -> Call {
    client.post("/v1/orgs", json!({ "metadata": { "name": name }, "spec": {} }))
}

/// The writer does, for somebody holds the ledger's.
async fn until_somebody_waits_for_a_lock(superuser: &PgPool) {
    let waits = "SELECT EXISTS (SELECT FROM pg_stat_activity \
                 WHERE datname = current_database() AND wait_event_type = 'Lock')";
    while !sqlx::query_scalar::<_, bool>(waits).fetch_one(superuser).await.unwrap() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn bodies_of_one_org_leave_room_for_those_of_others() {
    const LARGE: usize = 14 << 20;
    let service = Service::start().await;
    let (path, admin) = org(&service, "large").await;
    let (other, its_admin) = org(&service, "small").await;
    // Says how long it is, and does not come before its sender ends it.
    let begin = |path: &str, admin: &Client| {
        let (ends, coming) = mpsc::unbounded::<Result<Bytes, Infallible>>();
        let call =
            admin.post(&format!("{path}/apply"), Value::Null).header("content-length", &LARGE.to_string());
        let call = call.body("application/json", Body::from_stream(coming));
        (ends, tokio::spawn(call.into_future()))
    };
    let taken = async |bytes: usize| {
        let there = async {
            while service.app.bodies.bytes() != bytes {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), there).await.unwrap();
    };

    let mut coming: Vec<_> = (0..5).map(|_| begin(&path, &admin)).collect();
    taken(5 * LARGE).await;
    let (_ends, refused) = begin(&path, &admin);
    let refused = refused.await.unwrap().is_problem(503, "overloaded");
    assert!(refused.header("retry-after").is_some());
    coming.push(begin(&other, &its_admin));
    taken(6 * LARGE).await;
    let small = json!({ "metadata": { "name": "g" } });
    let _ = its_admin.post(&format!("{other}/groups"), small).await.is(201);

    for (ends, answer) in coming {
        drop(ends);
        let _ = answer.await.unwrap().is_problem(400, "malformed_json");
    }
    taken(0).await;
}
