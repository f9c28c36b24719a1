//! Bodies that are not what they should be: each a clear problem.

use super::org;
use serde_json::json;
use testing::{Call, Service};

fn post(service: &Service, body: impl Into<Vec<u8>>) -> Call {
    service.operator().post("/v1/orgs", serde_json::Value::Null).body("application/json", body.into())
}

#[tokio::test]
async fn bodies_that_are_no_json_of_ours_are_400() {
    let service = Service::start().await;
    let deep = format!("{{\"metadata\":{}{}}}", "[".repeat(32), "]".repeat(32));
    for (body, code) in [
        (r#"{"metadata":{"name":"a","name":"b"}}"#.as_bytes().to_vec(), "duplicate_key"),
        (r#"{"metadata":{"name":"a","na\u006de":"b"}}"#.into(), "duplicate_key"),
        (r#"{"metadata":{"name":"a","displayName":"x\u0000y"}}"#.into(), "invalid_encoding"),
        (r#"{"metadata":{"name":"a","displayName":"\ud800"}}"#.into(), "invalid_encoding"),
        (b"{\"metadata\":{\"name\":\"a\",\"displayName\":\"\xff\"}}".to_vec(), "invalid_encoding"),
        (b"\xef\xbb\xbf{\"metadata\":{\"name\":\"a\"}}".to_vec(), "malformed_json"),
        (deep.into(), "too_deep"),
        ("[".repeat(100_000).into(), "too_deep"),
        (b"".to_vec(), "malformed_json"),
        (b"{".to_vec(), "malformed_json"),
        (b"{} {}".to_vec(), "malformed_json"),
        (b"{'metadata':{}}".to_vec(), "malformed_json"),
        (b"{\"metadata\":NaN}".to_vec(), "malformed_json"),
    ] {
        let text = String::from_utf8_lossy(&body).chars().take(60).collect::<String>();
        let reply = post(&service, body).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (400, code), "{text}: {}", reply.json);
    }
    let list = service.operator().get("/v1/orgs").await.is(200);
    assert_eq!(list.json["items"], json!([]));
}

#[tokio::test]
async fn documents_that_are_not_acceptable_are_422_and_name_each_fault() {
    let service = Service::start().await;
    for (body, pointer) in [
        (json!([]), ""),
        (json!("x"), ""),
        (json!({}), "/metadata"),
        (json!({ "metadata": {} }), "/metadata/name"),
        (json!({ "metadata": { "name": "Acme" } }), "/metadata/name"),
        (json!({ "metadata": { "name": "-a" } }), "/metadata/name"),
        (json!({ "metadata": { "name": "a".repeat(64) } }), "/metadata/name"),
        (json!({ "metadata": { "name": "ac\u{fe00}me" } }), "/metadata/name"),
        (json!({ "metadata": { "name": "0193f3a0-7c1b-7000-8000-000000000010" } }), "/metadata/name"),
        (json!({ "metadata": { "name": 7 } }), "/metadata/name"),
        (json!({ "metadata": { "name": null } }), "/metadata/name"),
        (json!({ "metadata": { "name": "a", "displayName": "a\u{202e}b" } }), "/metadata/displayName"),
        (json!({ "metadata": { "name": "a", "displayName": "a\u{7}b" } }), "/metadata/displayName"),
        (json!({ "metadata": { "name": "a", "labels": { "-": "x" } } }), "/metadata/labels"),
        (json!({ "metadata": { "name": "a", "labels": { "quarterdeck.dev/x": "y" } } }), "/metadata/labels"),
        (
            json!({ "metadata": { "name": "a" }, "spec": { "contact": { "email": "nobody" } } }),
            "/spec/contact/email",
        ),
        (
            json!({ "metadata": { "name": "a" }, "spec": { "settings": { "apiKeyMaxValidityHours": -1 } } }),
            "/spec/settings/apiKeyMaxValidityHours",
        ),
        (
            json!({ "metadata": { "name": "a" }, "spec": { "settings": { "apiKeyMaxValidityHours": 1.5 } } }),
            "/spec/settings/apiKeyMaxValidityHours",
        ),
        (json!({ "metadata": { "name": "a", "colour": "red" } }), "/metadata/colour"),
        (json!({ "metadata": { "name": "a" }, "extra": {} }), "/extra"),
        (json!({ "apiVersion": "v2", "metadata": { "name": "a" } }), "/apiVersion"),
        (json!({ "kind": "Partner", "metadata": { "name": "a" } }), "/kind"),
        (json!({ "metadata": { "name": "a" }, "spec": { "partner": "nobody" } }), "/spec/partner"),
    ] {
        let reply = post(&service, body.to_string()).await;
        assert_eq!(
            (reply.status.as_u16(), reply.code()),
            (422, "validation_failed"),
            "{body}: {}",
            reply.json
        );
        let pointers: Vec<&str> =
            reply.json["errors"].as_array().unwrap().iter().filter_map(|it| it["pointer"].as_str()).collect();
        assert!(pointers.iter().any(|it| it.starts_with(pointer)), "{body}: {pointers:?}");
    }
}

#[tokio::test]
async fn media_types_and_codings_that_are_not_read_are_415() {
    let service = Service::start().await;
    let operator = service.operator();
    let body = org("acme").to_string();
    let call = || operator.post("/v1/orgs", serde_json::Value::Null);
    for kind in ["text/plain", "application/xml", "application/json; charset=utf-16", "json", ""] {
        let reply = call().body(kind, body.clone()).await;
        let _ = reply.is_problem(415, "unsupported_media_type");
    }
    let _ = call().untyped_body(body.clone()).await.is_problem(415, "unsupported_media_type");
    let zipped = call().header("content-encoding", "gzip").body("application/json", body.clone()).await;
    let _ = zipped.is_problem(415, "unsupported_media_type");
    let _ = call().body("application/json; charset=UTF-8", body).await.is(201);
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_413() {
    let service = Service::start().await;
    let padded = |bytes: usize| {
        let mut body = org("acme").to_string();
        body.push_str(&" ".repeat(bytes - body.len()));
        body
    };
    let _ = post(&service, padded((1 << 20) + 1)).await.is_problem(413, "payload_too_large");
    let _ = post(&service, padded(1 << 20)).await.is(201);
}
