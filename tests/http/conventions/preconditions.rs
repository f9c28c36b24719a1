//! `ETag`, `If-Match` and `If-None-Match`.

use super::{make, org, path};
use serde_json::json;
use testing::Service;

#[tokio::test]
async fn what_is_made_says_where_it_is_and_at_which_version() {
    let service = Service::start().await;
    let made = make(&service.operator(), "acme").await;
    assert_eq!(made.header("location"), Some(path(&made).as_str()));
    assert_eq!(made.header("etag"), Some("\"1\""));
    let position: i64 = made.header("x-position").unwrap().parse().unwrap();
    assert_eq!(position, super::position(&service.operator()).await);
    let found = service.operator().get(&path(&made)).await.is(200);
    assert_eq!((found.header("etag"), &found.json), (Some("\"1\""), &made.json));
}

#[tokio::test]
async fn a_reader_that_has_the_version_is_told_so() {
    let service = Service::start().await;
    let operator = service.operator();
    let org = path(&make(&operator, "acme").await);
    for tag in ["\"1\"", "W/\"1\"", "*", "\"7\", \"1\""] {
        let reply = operator.get(&org).header("if-none-match", tag).await.is(304);
        assert_eq!((reply.bytes.len(), reply.header("etag")), (0, Some("\"1\"")), "{tag}");
    }
    let _ = operator.get(&org).header("if-none-match", "\"2\"").await.is(200);
    let _ = operator.get(&org).header("if-none-match", "1").await.is_problem(400, "invalid_header");
}

#[tokio::test]
async fn a_command_for_another_version_is_refused_and_names_the_current_one() {
    let service = Service::start().await;
    let operator = service.operator();
    let org = path(&make(&operator, "acme").await);
    let patch = |text: &str| operator.patch(&org, &json!({ "metadata": { "description": text } }));
    let _ = patch("one").header("if-match", "\"1\"").await.is(200);
    let refused = patch("two").header("if-match", "\"1\"").await.is_problem(412, "version_mismatch");
    assert_eq!(refused.json["currentVersion"], 2);
    let _ = patch("two").header("if-match", "W/\"2\"").await.is_problem(412, "version_mismatch");
    let _ = patch("two").header("if-match", "\"9\", \"2\"").await.is(200);
    let third = patch("three").header("if-match", "*").await.is(200);
    assert_eq!(third.header("etag"), Some("\"4\""));
    let _ = operator.delete(&org).header("if-match", "\"3\"").await.is_problem(412, "version_mismatch");
    let verb = format!("{org}/deactivate");
    let reason = json!({ "reason": "unpaid" });
    let _ = operator.post(&verb, reason.clone()).header("if-match", "\"3\"").await.is(412);
    let _ = operator.post(&verb, reason).header("if-match", "\"4\"").await.is(200);
}

#[tokio::test]
async fn a_command_that_changes_nothing_writes_nothing() {
    let service = Service::start().await;
    let operator = service.operator();
    let made = make(&operator, "acme").await;
    let before = super::position(&operator).await;
    let again = operator.post(&format!("{}/activate", path(&made)), serde_json::Value::Null).await.is(200);
    assert_eq!((&again.json, again.header("etag")), (&made.json, Some("\"1\"")));
    assert_eq!(again.header("x-position"), None);
    let same = operator.patch(&path(&made), &made.json).await.is(200);
    assert_eq!(same.json, made.json);
    assert_eq!(super::position(&operator).await, before);
}

#[tokio::test]
async fn thirty_two_racers_for_one_name_have_one_winner() {
    let service = Service::start().await;
    let operator = service.operator();
    let racers = (0..32).map(|_| operator.post("/v1/orgs", org("acme")).into_future());
    let replies = futures::future::join_all(racers).await;
    let won = replies.iter().filter(|reply| reply.status == 201).count();
    let lost = replies.iter().filter(|reply| reply.code() == "name_taken").count();
    assert_eq!((won, lost), (1, 31));
}
