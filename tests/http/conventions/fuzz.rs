//! Whatever is sent, the answer is one that the document knows, and never a 500.

use super::{make, path};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};
use testing::{Service, sized};

/// Names that mean something to some operation, so that random documents get past the first check.
const MEMBERS: &[&str] = &[
    "metadata",
    "spec",
    "status",
    "name",
    "displayName",
    "description",
    "labels",
    "annotations",
    "externalId",
    "contact",
    "firstName",
    "email",
    "phone",
    "settings",
    "apiKeyMaxValidityHours",
    "partner",
    "kind",
    "apiVersion",
    "reason",
    "version",
    "deletionProtection",
    "",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z0-9-]{0,12}",
        2 => any::<String>(),
        1 => Just("Org".to_owned()),
        1 => Just("v1".to_owned()),
        1 => Just("\u{1}s1.0193f3a0-7c1b-7000-8000-000000000010.AAAA".to_owned()),
        1 => "a{1000,2000}",
    ]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let name =
            prop_oneof![8 => proptest::sample::select(MEMBERS).prop_map(ToOwned::to_owned), 1 => text()];
        prop_oneof![
            1 => vec(inner.clone(), 0..4).prop_map(Value::from),
            4 => btree_map(name, inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A document that would be acceptable, but for one part.
fn almost() -> impl Strategy<Value = Value> {
    let pointers = [
        "/metadata/name",
        "/metadata/displayName",
        "/metadata/labels",
        "/metadata/annotations",
        "/spec",
        "/spec/contact",
        "/spec/contact/email",
        "/spec/settings",
        "/metadata",
    ];
    (proptest::sample::select(pointers.to_vec()), json_value()).prop_map(|(pointer, value)| {
        let mut document = json!({
            "metadata": { "name": "a", "displayName": "A", "labels": {}, "annotations": {} },
            "spec": { "contact": { "email": "a@b.test" }, "settings": {} }
        });
        if let Some(place) = document.pointer_mut(pointer) {
            *place = value;
        }
        document
    })
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn runner() -> TestRunner {
    let cases = u32::try_from(sized(64, 4_096)).unwrap();
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

/// The client holds every answer against the document, where a 500 is a problem like others: so that is asked here.
fn on_a_service<S: Strategy>(strategy: &S, one: &impl AsyncFn(&Service, S::Value) -> u16) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let service = runtime.block_on(Service::start());
    let result = runner().run(strategy, |value| {
        let status = runtime.block_on(one(&service, value));
        prop_assert!(status < 500, "answered {status}");
        Ok(())
    });
    runtime.block_on(async { drop(service) });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[test]
fn any_document_is_answered() {
    on_a_service(&prop_oneof![json_value(), almost()], &async |service, body| {
        let operator = service.operator();
        let posted = operator.post("/v1/orgs", Value::Null).json(&body).await;
        posted.status.as_u16()
    });
}

#[test]
fn any_patch_is_answered() {
    on_a_service(&prop_oneof![json_value(), almost()], &async |service, patch| {
        let operator = service.operator();
        let org = path(&make(&operator, "acme").await);
        let patched = operator.patch(&org, &patch).await;
        let _ = operator.delete(&org).await;
        patched.status.as_u16()
    });
}

#[test]
fn any_bytes_are_answered() {
    on_a_service(&vec(any::<u8>(), 0..300), &async |service, bytes| {
        let call = service.operator().post("/v1/orgs", Value::Null).body("application/json", bytes);
        call.await.status.as_u16()
    });
}

#[test]
fn any_path_and_query_are_answered() {
    let names = proptest::sample::select(vec![
        "limit",
        "pageToken",
        "sort",
        "labelSelector",
        "phase",
        "name",
        "q",
        "includeDeleted",
        "asOf",
        "externalId",
        "partner",
        "dryRun",
        "x",
    ]);
    let query = vec((names, text()), 0..4);
    on_a_service(&(text(), query), &async |service, (segment, query)| {
        let query: Vec<String> =
            query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let query = query.join("&");
        let operator = service.operator();
        let list = operator.get(&format!("/v1/orgs?{query}")).await;
        let one = operator.get(&format!("/v1/orgs/{}?{query}", encoded(&segment))).await;
        list.status.max(one.status).as_u16()
    });
}

#[test]
fn any_header_is_answered() {
    let names = proptest::sample::select(vec![
        "authorization",
        "x-api-key",
        "if-match",
        "if-none-match",
        "idempotency-key",
        "x-request-id",
        "x-correlation-id",
        "x-change-reason",
        "x-quarterdeck-client",
        "user-agent",
        "accept",
        "content-type",
    ]);
    let value = vec(prop_oneof![9 => 0x20_u8..0x7f, 1 => 0x80_u8..=0xff], 0..60);
    on_a_service(&vec((names, value), 0..4), &async |service, headers| {
        let mut call = service.operator().get("/v1/orgs");
        for (name, value) in headers {
            call = call.header_bytes(name, &value);
        }
        call.await.status.as_u16()
    });
}
