//! Paths, queries, headers and credentials, well-formed and not.

use super::{make, path};
use axum::http::Method;
use quarterdeck::serve::{Limits, Server, Stop, TrustedProxies};
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use testing::Service;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn an_unknown_path_is_a_404_problem_for_every_method() {
    let service = Service::start().await;
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"] {
        let method: Method = method.parse().unwrap();
        for path in ["/v1/nope", "/v1", "/", "/v1/orgs/", "/v1/orgs/a/b/c/d", "/V1/orgs", "//v1/orgs"] {
            let reply = service.operator().call(method.clone(), path).await.is_problem(404, "not_found");
            assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{method} {path}");
            assert_eq!(reply.json["instance"], path);
        }
    }
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_405_and_says_which_it_has() {
    let service = Service::start().await;
    let reply = service.operator().call(Method::PUT, "/v1/orgs").await.is_problem(405, "method_not_allowed");
    let mut allowed: Vec<&str> = reply.header("allow").unwrap().split(',').map(str::trim).collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
    let options = service.operator().call(Method::OPTIONS, "/v1/orgs").await.is(204);
    assert!(options.header("allow").is_some());
}

#[tokio::test]
async fn head_answers_as_get_and_without_a_body() {
    let service = Service::start().await;
    let org = path(&make(&service.operator(), "acme").await);
    let head = service.operator().call(Method::HEAD, &org).await.is(200);
    let get = service.operator().get(&org).await.is(200);
    assert_eq!((head.bytes.len(), head.header("etag")), (0, get.header("etag")));
    let _ = service.operator().call(Method::HEAD, "/v1/orgs/nobody").await.is(404);
}

#[tokio::test]
async fn hostile_paths_and_queries_are_problems() {
    let service = Service::start().await;
    let operator = service.operator();
    for hostile in
        ["%00", "%ff", "..", "%2e%2e", "%2f", "a%20b", "'%20OR%201=1--", "%F0%9F%9A%80", "*", "%E2%80%AE"]
    {
        let reply = operator.get(&format!("/v1/orgs/{hostile}")).await;
        assert!([400, 404].contains(&reply.status.as_u16()), "{hostile}: {}", reply.json);
    }
    for (query, code) in [
        ("nope=1", "unknown_parameter"),
        ("limit=1&limit=2", "invalid_parameter"),
        ("q=%ff", "invalid_encoding"),
        ("q=%00", "invalid_encoding"),
        ("q=%07", "invalid_parameter"),
        ("q=%zz", "invalid_parameter"),
        ("includeDeleted=maybe", "invalid_parameter"),
    ] {
        let reply = operator.get(&format!("/v1/orgs?{query}")).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (400, code), "{query}: {}", reply.json);
    }
    let long = "x".repeat(9_000);
    let _ = operator.get(&format!("/v1/orgs?q={long}")).await.is_problem(414, "uri_too_long");
    let huge = operator.get("/v1/orgs").header("x-filler", &"x".repeat(40_000)).await;
    let _ = huge.is_problem(431, "headers_too_large");
}

#[tokio::test]
async fn a_request_keeps_the_id_it_came_with() {
    let service = Service::start().await;
    let named = service.operator().get("/v1/nope").header("x-request-id", "build-7").await;
    assert_eq!(
        (named.header("x-request-id"), &named.json["requestId"]),
        (Some("build-7"), &"build-7".into())
    );
    let unusable = service.operator().get("/v1/nope").header("x-request-id", "a b").await;
    let minted = unusable.header("x-request-id").unwrap();
    assert_eq!((minted.len(), &unusable.json["requestId"]), (36, &minted.into()));
    let reason = "r".repeat(513);
    let too_long = service.operator().delete("/v1/orgs/x").header("x-change-reason", &reason).await;
    let _ = too_long.is_problem(400, "invalid_header");
}

#[tokio::test]
async fn no_credential_and_a_bad_one_get_the_same_answer() {
    let service = Service::start().await;
    let secret = service.operator_secret().expose();
    let other_id = "QDAK0000000000000000";
    let typo = format!("{}{}", &secret[..secret.len() - 1], if secret.ends_with('0') { '1' } else { '0' });
    let basic = |user: &str, password: &str| {
        use base64::Engine as _;
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}")))
    };
    let mut bodies = vec![];
    for value in [
        String::new(),
        "Basic".to_owned(),
        "Basic !!!".to_owned(),
        "Bearer".to_owned(),
        "Bearer nonsense".to_owned(),
        format!("Bearer {typo}"),
        format!("Digest {secret}"),
        basic(other_id, secret),
        basic("", ""),
        basic("admin", "admin"),
    ] {
        let reply = service.nobody().get("/v1/orgs").header("authorization", &value).await;
        bodies.push(reply.is_problem(401, "unauthenticated"));
    }
    let bytes = service.nobody().get("/v1/orgs").header_bytes("authorization", b"Bearer \xff\xfe").await;
    bodies.push(bytes.is_problem(401, "unauthenticated"));
    bodies.push(service.nobody().get("/v1/orgs").await.is_problem(401, "unauthenticated"));
    for reply in &bodies {
        let mut json = reply.json.clone();
        json["requestId"] = bodies[0].json["requestId"].clone();
        assert_eq!(json, bodies[0].json);
        assert_eq!(reply.header("www-authenticate"), Some("Basic realm=\"quarterdeck\", Bearer"));
    }
    let script = service.nobody().get("/v1/orgs").header("x-requested-by", "console").await.is(401);
    assert_eq!(script.header("www-authenticate"), None);
}

#[tokio::test]
async fn two_credentials_are_one_too_many() {
    let service = Service::start().await;
    let secret = service.operator_secret().expose();
    let twice = service.operator().get("/v1/orgs").header("x-api-key", secret).await;
    let _ = twice.is_problem(400, "two_credentials");
    let twice = service.operator().get("/v1/orgs").header("authorization", "Basic eDp5").await;
    let _ = twice.is_problem(400, "two_credentials");
    let _ = service.nobody().get("/v1/orgs").header("x-api-key", secret).await.is(200);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_408_and_half_a_head_is_closed() {
    let service = Service::start().await;
    let soon = Duration::from_millis(50);
    let limits = Limits { body_idle: soon, header_read: soon, ..Limits::default() };
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = Server::bind(any, None, TrustedProxies::default(), limits).await.unwrap();
    let address = server.local_address().unwrap();
    let stop = Stop::default();
    let running = tokio::spawn(server.run(service.router(), stop.clone()));

    let head = format!(
        "POST /v1/orgs HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: 100\r\n\r\n{{",
        service.operator_secret().expose()
    );
    let reply = exchange(address, &head).await;
    assert!(reply.starts_with("HTTP/1.1 408 ") && reply.contains("request_timeout"), "{reply}");
    let half = exchange(address, "GET /v1/orgs HTTP/1.1\r\nhost: te").await;
    assert!(!half.contains("200 OK"), "{half}");
    stop.in_order();
    running.await.unwrap();
    let list = service.operator().get("/v1/orgs").await.is(200);
    assert_eq!(list.json["items"], Value::Array(vec![]));
}

async fn exchange(address: SocketAddr, text: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut reply = vec![0; 4_096];
    let read = stream.read(&mut reply).await.unwrap_or(0);
    String::from_utf8_lossy(&reply[..read]).into_owned()
}
