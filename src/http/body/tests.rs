use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::http::problem::ProblemCode;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    name: String,
    #[serde(default)]
    max_pods: Option<u32>,
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    mode: Mode,
    #[serde(default)]
    ratio: f64,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Item {
    id: uuid::Uuid,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Mode {
    #[default]
    Plain,
    Listed(Vec<u8>),
    Shaped {
        size: u8,
    },
}

fn faults(document: &Value) -> Vec<(String, String)> {
    let errors = decode::<Order>(document).unwrap_err();
    errors.into_iter().map(|error| (error.pointer, error.code)).collect()
}

fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

#[test]
fn a_fitting_document_is_decoded() {
    let id = uuid::Uuid::from_u128(7);
    let document = json!({"name": "a", "maxPods": 3, "items": [{"id": id}], "labels": {"k/e": "v"}, "mode": {"listed": [1]},
        "ratio": 1});
    let order = decode::<Order>(&document).unwrap();
    assert_eq!((order.name.as_str(), order.max_pods, order.items), ("a", Some(3), vec![Item { id }]));
    assert_eq!((order.mode, order.ratio), (Mode::Listed(vec![1]), 1.0));
    assert_eq!(decode::<Order>(&json!({"name": "a", "maxPods": null})).unwrap().max_pods, None);
}

#[test]
fn each_fault_has_its_pointer_and_code() {
    assert_eq!(faults(&json!({})), fault("/name", "required"));
    assert_eq!(faults(&json!({"name": null})), fault("/name", "invalid_type"));
    assert_eq!(faults(&json!({"name": "a", "maxPods": -1})), fault("/maxPods", "invalid_value"));
    assert_eq!(faults(&json!({"name": "a", "maxPods": 1.5})), fault("/maxPods", "invalid_type"));
    assert_eq!(faults(&json!({"name": "a", "maxPods": "1"})), fault("/maxPods", "invalid_type"));
    assert_eq!(faults(&json!({"name": "a", "items": [{"id": "x"}]})), fault("/items/0/id", "invalid_value"));
    assert_eq!(faults(&json!({"name": "a", "items": {}})), fault("/items", "invalid_type"));
    assert_eq!(
        faults(&json!({"name": "a", "labels": {"a/b~c": 1}})),
        fault("/labels/a~1b~0c", "invalid_type")
    );
    assert_eq!(faults(&json!({"name": "a", "mode": "odd"})), fault("/mode", "invalid_value"));
    assert_eq!(faults(&json!({"name": "a", "mode": "listed"})), fault("/mode", "invalid_type"));
    assert_eq!(faults(&json!({"name": "a", "mode": {"plain": 1}})), fault("/mode/plain", "invalid_type"));
    assert_eq!(
        faults(&json!({"name": "a", "mode": {"listed": [1, 256]}})),
        fault("/mode/listed/1", "invalid_value")
    );
    assert_eq!(
        faults(&json!({"name": "a", "mode": {"shaped": {"size": 1, "x": 1}}})),
        fault("/mode/shaped/x", "unknown_field")
    );
}

#[test]
fn all_unknown_fields_of_an_object_are_named() {
    let mut found = faults(&json!({"name": "a", "x/y": 1, "`, expected `": 2, "": 3}));
    found.sort();
    let expected =
        ["/", "/`, expected `", "/x~1y"].map(|pointer| (pointer.to_owned(), "unknown_field".to_owned()));
    assert_eq!(found, expected);
    assert_eq!(
        faults(&json!({"name": "a", "items": [{"id": uuid::Uuid::nil(), "b": 1}]})),
        fault("/items/0/b", "unknown_field")
    );
}

#[test]
fn an_array_never_stands_for_an_object() {
    assert_eq!(faults(&json!(["a"])), fault("", "invalid_type"));
    assert_eq!(
        faults(&json!({"name": "a", "items": [["00000000-0000-0000-0000-000000000000"]]})),
        fault("/items/0", "invalid_type")
    );
}

#[test]
fn a_long_value_is_not_echoed_whole() {
    let errors = decode::<Order>(&json!({"name": "a", "maxPods": "x".repeat(1 << 20)})).unwrap_err();
    assert!(errors[0].detail.len() < 1000);
}

#[derive(Debug, PartialEq, Deserialize)]
struct Filter {
    count: Option<u16>,
    deep: Option<bool>,
    text: Option<String>,
}

#[test]
fn text_is_read_as_numbers_and_booleans_where_the_type_wants_them() {
    let filter = decode_text::<Filter>(&json!({"count": "12", "deep": "true", "text": "1"})).unwrap();
    assert_eq!(filter, Filter { count: Some(12), deep: Some(true), text: Some("1".into()) });
    for bad in ["+1", "-1", "", " 1", "1.0", "65536", "0x1", "１"] {
        assert!(decode_text::<Filter>(&json!({ "count": bad })).is_err(), "{bad}");
    }
    for bad in ["1", "TRUE", "", "yes"] {
        assert!(decode_text::<Filter>(&json!({ "deep": bad })).is_err(), "{bad}");
    }
    assert!(decode::<Filter>(&json!({"count": "12"})).is_err());
}

fn request(content_type: Option<&str>, body: impl Into<Body>) -> Request {
    let mut request = Request::new(body.into());
    if let Some(content_type) = content_type {
        request.headers_mut().insert(CONTENT_TYPE, content_type.parse().unwrap());
    }
    request
}

async fn code_of<T: FromRequest<(), Rejection = Problem>>(request: Request) -> Option<ProblemCode> {
    T::from_request(request, &()).await.err().map(|problem| problem.code())
}

#[tokio::test]
async fn json_is_read_under_its_media_types_only() {
    for accepted in [
        "application/json",
        "Application/JSON; charset=\"UTF-8\"",
        "application/vnd.x+json",
        "application/json;charset=utf-8",
    ] {
        assert_eq!(code_of::<JsonBody<Value>>(request(Some(accepted), "{}")).await, None, "{accepted}");
    }
    for refused in [
        "text/json",
        "application/+json",
        "application/json; charset=latin1",
        "application/x-www-form-urlencoded",
        "",
        "json",
        "application/jsonp",
        "text/plain; application/json",
    ] {
        let code = code_of::<JsonBody<Value>>(request(Some(refused), "{}")).await;
        assert_eq!(code, Some(ProblemCode::UnsupportedMediaType), "{refused}");
    }
    assert_eq!(
        code_of::<JsonBody<Value>>(request(None, "{}")).await,
        Some(ProblemCode::UnsupportedMediaType)
    );
    let mut twice = request(Some("application/json"), "{}");
    twice.headers_mut().append(CONTENT_TYPE, "application/json".parse().unwrap());
    assert_eq!(code_of::<JsonBody<Value>>(twice).await, Some(ProblemCode::UnsupportedMediaType));
    let mut packed = request(Some("application/json"), "{}");
    packed.headers_mut().insert(CONTENT_ENCODING, "gzip".parse().unwrap());
    assert_eq!(code_of::<JsonBody<Value>>(packed).await, Some(ProblemCode::UnsupportedMediaType));
}

#[tokio::test]
async fn an_empty_body_is_an_empty_object_where_the_operation_allows() {
    assert_eq!(code_of::<OptionalJsonBody<Value>>(request(None, "")).await, None);
    assert_eq!(code_of::<OptionalJsonBody<Value>>(request(Some("application/json"), "")).await, None);
    assert_eq!(
        code_of::<OptionalJsonBody<Value>>(request(Some("application/json"), " ")).await,
        Some(ProblemCode::MalformedJson)
    );
    assert_eq!(code_of::<JsonBody<Value>>(request(None, "")).await, Some(ProblemCode::MalformedJson));
}

#[tokio::test]
async fn bodies_end_at_their_limit() {
    let padded = |length: usize| format!("{{}}{}", " ".repeat(length - 2));
    let at = |length| request(Some("application/json"), padded(length));
    assert_eq!(code_of::<JsonBody<Value, 64>>(at(64)).await, None);
    assert_eq!(code_of::<JsonBody<Value, 64>>(at(65)).await, Some(ProblemCode::PayloadTooLarge));
    assert_eq!(code_of::<JsonBody<Value>>(at(DEFAULT_LIMIT + 1)).await, Some(ProblemCode::PayloadTooLarge));
    assert_eq!(code_of::<JsonBody<Value, ARTIFACT_LIMIT>>(at(DEFAULT_LIMIT + 1)).await, None);
    let mut declared = request(Some("application/json"), "{}");
    declared.headers_mut().insert(CONTENT_LENGTH, "1048577".parse().unwrap());
    assert_eq!(code_of::<JsonBody<Value>>(declared).await, Some(ProblemCode::PayloadTooLarge));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_malformed() {
    let pieces = [Ok(Bytes::from("{")), Err(std::io::Error::other("gone"))];
    let body = Body::from_stream(futures::stream::iter(pieces));
    let code = code_of::<JsonBody<Value>>(request(Some("application/json"), body)).await;
    assert_eq!(code, Some(ProblemCode::MalformedRequest));
}

#[tokio::test]
async fn a_merge_patch_is_an_object_under_either_media_type() {
    for accepted in ["application/json", "application/merge-patch+json"] {
        assert_eq!(code_of::<MergePatch>(request(Some(accepted), "{\"a\":null}")).await, None);
    }
    let json_patch = request(Some("application/json-patch+json"), "[]");
    assert_eq!(code_of::<MergePatch>(json_patch).await, Some(ProblemCode::UnsupportedMediaType));
    assert_eq!(
        code_of::<MergePatch>(request(Some("application/json"), "[]")).await,
        Some(ProblemCode::ValidationFailed)
    );
    assert_eq!(
        code_of::<MergePatch>(request(Some("application/json"), "null")).await,
        Some(ProblemCode::ValidationFailed)
    );
}
