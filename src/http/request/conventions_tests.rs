use axum::body::{Body, to_bytes};
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;
use crate::http::body::JsonBody;
use crate::http::fallback;
use crate::http::problem::problem_page;
use crate::http::request::{Path, ReadQuery};

fn service() -> Router {
    let router = Router::new()
        .route("/v1/echo", get(|context: RequestContext| async move { context.request_id.to_string() }))
        .route("/v1/echo", post(|body: JsonBody<Value>| async move { Json(body.value) }))
        .route("/v1/things/{id}", get(|Path(id): Path<Uuid>, _: ReadQuery| async move { id.to_string() }))
        .route("/v1/names/{name}", get(|Path(name): Path<String>| async move { name }))
        .route("/v1/secret", get(|| async { Problem::unauthenticated() }))
        .route("/problems/{code}", get(problem_page))
        .route("/v1/panic", get(|| async { panic_now() }));
    fallback::install(router).layer(from_fn_with_state(RequestIds::new(|| Uuid::from_u128(1)), conventions))
}

fn panic_now() -> &'static str {
    panic!("secret detail")
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

async fn send(method: Method, uri: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = service().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    Reply {
        status: parts.status,
        headers: parts.headers,
        body: to_bytes(body, 1 << 20).await.unwrap().to_vec(),
    }
}

#[tokio::test]
async fn every_reply_has_the_requests_id() {
    let given = send(Method::GET, "/v1/echo", &[("x-request-id", "mine")]).await;
    assert_eq!(
        (given.headers["x-request-id"].to_str().unwrap(), given.body.as_slice()),
        ("mine", &b"mine"[..])
    );
    let minted = send(Method::GET, "/v1/echo", &[("x-request-id", "not mine")]).await;
    assert_eq!(minted.headers["x-request-id"], Uuid::from_u128(1).to_string());
}

#[tokio::test]
async fn an_unknown_path_is_a_problem_with_instance_and_id() {
    let reply = send(Method::GET, "/v1/nope?x=1", &[("x-request-id", "r1"), ("accept", "text/html")]).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert_eq!(reply.headers["content-type"], "application/problem+json");
    assert_eq!(
        reply.json(),
        json!({"type": "/problems/not_found", "title": "Not found", "status": 404, "code": "not_found",
            "detail": "There is no such thing, or the caller may not know of it.", "instance": "/v1/nope", "requestId": "r1"})
    );
}

#[tokio::test]
async fn a_method_that_is_not_there_is_405_with_allow() {
    let reply = send(Method::DELETE, "/v1/echo", &[]).await;
    assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(reply.headers["allow"], "GET,HEAD,POST");
    assert_eq!(
        (reply.json()["code"].as_str(), reply.json()["instance"].as_str()),
        (Some("method_not_allowed"), Some("/v1/echo"))
    );
}

#[tokio::test]
async fn options_says_what_is_allowed_and_head_sends_no_body() {
    let options = send(Method::OPTIONS, "/v1/echo", &[]).await;
    assert_eq!(
        (options.status, options.headers["allow"].to_str().unwrap()),
        (StatusCode::NO_CONTENT, "GET,HEAD,POST")
    );
    let head = send(Method::HEAD, "/v1/echo", &[]).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn a_panic_is_a_problem_that_says_nothing_of_it() {
    let reply = send(Method::GET, "/v1/panic", &[("x-request-id", "r2")]).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        (reply.json()["code"].as_str(), reply.json()["requestId"].as_str()),
        (Some("internal"), Some("r2"))
    );
    assert!(!String::from_utf8(reply.body).unwrap().contains("secret"));
}

#[tokio::test]
async fn malformed_headers_and_parameters_are_problems() {
    let code =
        |reply: Reply| (reply.status.as_u16(), reply.json()["code"].as_str().unwrap_or_default().to_owned());
    let get =
        |uri: &'static str, headers: &'static [(&'static str, &'static str)]| send(Method::GET, uri, headers);
    assert_eq!(code(get("/v1/echo", &[("if-match", "3")]).await), (400, "invalid_header".into()));
    assert_eq!(code(get("/v1/names/%ff", &[]).await), (400, "invalid_encoding".into()));
    assert_eq!(code(get("/v1/names/a%00b", &[]).await), (400, "invalid_encoding".into()));
    assert_eq!(code(get("/v1/things/no-uuid", &[]).await), (404, "not_found".into()));
    let query = "/v1/things/00000000-0000-0000-0000-000000000000?nope=1";
    assert_eq!(code(get(query, &[]).await), (400, "unknown_parameter".into()));
    let posted = send(Method::POST, "/v1/echo", &[("content-type", "application/json")]).await;
    assert_eq!(code(posted), (400, "malformed_json".into()));
}

#[tokio::test]
async fn scripts_in_a_browser_are_not_challenged() {
    let plain = send(Method::GET, "/v1/secret", &[]).await;
    assert_eq!(plain.headers["www-authenticate"], "Basic realm=\"quarterdeck\", Bearer");
    let script = send(Method::GET, "/v1/secret", &[("x-requested-by", "console")]).await;
    assert_eq!((script.status, script.headers.get("www-authenticate")), (StatusCode::UNAUTHORIZED, None));
}

#[tokio::test]
async fn problem_pages_are_served_whatever_is_asked_for() {
    let page = send(Method::GET, "/problems/in_use", &[("accept", "application/json")]).await;
    assert_eq!(page.json()["status"], 409);
    let reply = send(Method::GET, "/problems/%ff", &[]).await;
    assert_eq!((reply.status.as_u16(), reply.json()["code"].as_str()), (400, Some("invalid_encoding")));
}

#[tokio::test]
async fn long_requests_are_refused() {
    let long = format!("/v1/echo?x={}", "y".repeat(MAX_URI_BYTES));
    assert_eq!(send(Method::GET, &long, &[]).await.status, StatusCode::URI_TOO_LONG);
    let heavy = "y".repeat(MAX_HEADER_BYTES);
    assert_eq!(send(Method::GET, "/v1/echo", &[("x-y", &heavy)]).await.status.as_u16(), 431);
}
