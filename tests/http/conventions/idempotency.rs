//! `Idempotency-Key`.

use super::{make, org, path, position};
use serde_json::{Value, json};
use testing::Service;

#[tokio::test]
async fn sixty_four_requests_with_one_key_are_one_event_and_equal_replies() {
    let service = Service::start().await;
    let operator = service.operator();
    let before = position(&operator).await;
    let requests = (0..64).map(|_| operator.post("/v1/orgs", org("acme")).key("one").into_future());
    let replies = futures::future::join_all(requests).await;
    for reply in &replies {
        assert_eq!(reply.status, 201, "{}", reply.json);
        assert_eq!(reply.bytes, replies[0].bytes);
        for header in ["etag", "location", "x-position"] {
            assert_eq!(reply.header(header), replies[0].header(header), "{header}");
        }
    }
    let fresh = replies.iter().filter(|reply| reply.header("idempotent-replayed").is_none()).count();
    assert_eq!(fresh, 1);
    assert_eq!(position(&operator).await, before + 1);
}

#[tokio::test]
async fn a_key_is_good_for_one_request_only() {
    let service = Service::start().await;
    let operator = service.operator();
    let made = operator.post("/v1/orgs", org("acme")).key("one").await.is(201);
    let reused = [
        operator.post("/v1/orgs", org("other")).key("one").await,
        operator.post("/v1/orgs?dryRun=false", org("acme")).key("one").await,
        operator.delete(&path(&made)).key("one").await,
    ];
    for reply in reused {
        let _ = reply.is_problem(422, "idempotency_key_reused");
    }
    let again = operator.post("/v1/orgs", org("acme")).key("one").await.is(201);
    assert_eq!((again.header("idempotent-replayed"), &again.json), (Some("true"), &made.json));
}

#[tokio::test]
async fn if_match_is_part_of_what_a_key_stands_for() {
    let service = Service::start().await;
    let operator = service.operator();
    let org = path(&make(&operator, "acme").await);
    let patch = || operator.patch(&org, &json!({ "metadata": { "description": "x" } })).key("two");
    let _ = patch().header("if-match", "\"1\"").await.is(200);
    let _ = patch().header("if-match", "\"1\"").await.is(200);
    let _ = patch().header("if-match", "\"2\"").await.is_problem(422, "idempotency_key_reused");
    let _ = patch().await.is_problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn a_refusal_at_admission_is_kept_also_when_its_reason_has_gone() {
    let service = Service::start().await;
    let operator = service.operator();
    let first = make(&operator, "acme").await;
    let refused = operator.post("/v1/orgs", org("acme")).key("three").await.is_problem(409, "name_taken");
    let _ = operator.delete(&path(&first)).await.is(200);
    let again = operator.post("/v1/orgs", org("acme")).key("three").await.is_problem(409, "name_taken");
    assert_eq!(again.json["conflictingId"], refused.json["conflictingId"]);
    let _ = operator.post("/v1/orgs", org("acme")).key("four").await.is(201);
}

#[tokio::test]
async fn what_was_never_admitted_is_not_kept() {
    let service = Service::start().await;
    let operator = service.operator();
    let nameless = operator.post("/v1/orgs", json!({ "metadata": {} })).key("five").await;
    let _ = nameless.is_problem(422, "validation_failed");
    let _ = service.nobody().post("/v1/orgs", org("acme")).key("five").await.is(401);
    let dry = operator.post("/v1/orgs?dryRun=true", org("acme")).key("five").await.is(200);
    assert_eq!(dry.json["dryRun"], true);
    let made = operator.post("/v1/orgs", org("acme")).key("five").await.is(201);
    assert_eq!(made.header("idempotent-replayed"), None);
}

#[tokio::test]
async fn a_key_has_one_to_255_printable_characters() {
    let service = Service::start().await;
    let operator = service.operator();
    let (longest, too_long) = ("k".repeat(255), "k".repeat(256));
    let _ = operator.post("/v1/orgs", org("acme")).key(&longest).await.is(201);
    for key in ["", "a\tb", &too_long] {
        let _ = operator.post("/v1/orgs", org("b")).key(key).await.is_problem(400, "invalid_header");
    }
    let twice = operator.post("/v1/orgs", org("b")).key("a").key("b").await;
    let _ = twice.is_problem(400, "invalid_header");
}

#[tokio::test]
async fn the_order_and_spelling_of_the_query_do_not_matter() {
    let service = Service::start().await;
    let operator = service.operator();
    let org = path(&make(&operator, "acme").await);
    let first = operator.post(&format!("{org}/activate?dryRun=false"), Value::Null).key("q").await.is(200);
    let again = operator.post(&format!("{org}/activate?dry%52un=false"), Value::Null).key("q").await.is(200);
    assert_eq!(first.json, again.json);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
}
