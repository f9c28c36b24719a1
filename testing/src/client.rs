//! Users as clients: `service.operator().post("/v1/orgs", json!({…})).await`.

use crate::contract::{Contract, is_json};
use crate::events::check_events;
use axum::Router;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use axum::response::Response;
use http_body_util::BodyExt;
use quarterdeck::serve::ClientAddress;
use serde_json::Value;
use std::future::{Future, IntoFuture};
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use tower::ServiceExt;

/// Somebody who sends requests.
#[derive(Clone, Debug)]
pub struct Client {
    router: Router,
    headers: HeaderMap,
    address: IpAddr,
    never_shown: Option<&'static str>,
}

impl Client {
    pub(crate) fn new(router: Router) -> Self {
        Self {
            router,
            headers: HeaderMap::new(),
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            never_shown: None,
        }
    }

    /// The same, sending this header with every request.
    ///
    /// # Panics
    /// When that is no header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        append(&mut self.headers, name, value.as_bytes());
        self
    }

    /// The same, asking another process.
    pub(crate) fn through(&self, router: Router) -> Self {
        Self { router, ..self.clone() }
    }

    /// The same, from elsewhere.
    #[must_use]
    pub const fn at(mut self, address: IpAddr) -> Self {
        self.address = address;
        self
    }

    /// The same, who must not be shown this, wherever in an answer: a test in which it is fails.
    #[must_use]
    pub const fn never_shown(mut self, text: &'static str) -> Self {
        self.never_shown = Some(text);
        self
    }

    /// A GET.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// A POST with a JSON body; `Value::Null` for none.
    #[expect(clippy::needless_pass_by_value, reason = "bodies are written in place")]
    pub fn post(&self, path: &str, body: Value) -> Call {
        let call = self.call(Method::POST, path);
        if body.is_null() { call } else { call.json(&body) }
    }

    /// A PATCH with a merge patch.
    pub fn patch(&self, path: &str, changes: &Value) -> Call {
        self.call(Method::PATCH, path).body("application/merge-patch+json", changes.to_string())
    }

    /// A PUT with a JSON body.
    pub fn put(&self, path: &str, body: &Value) -> Call {
        self.call(Method::PUT, path).json(body)
    }

    /// A DELETE.
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// Any request.
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call { client: self.clone(), method, path: path.to_owned(), body: Body::empty() }
    }
}

/// A request that is sent when it is awaited.
#[derive(Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct Call {
    client: Client,
    method: Method,
    path: String,
    body: Body,
}

impl Call {
    /// With this header.
    ///
    /// # Panics
    /// When that is no header.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.header_bytes(name, value.as_bytes())
    }

    /// With this header, whose value is no text.
    ///
    /// # Panics
    /// When that is no header.
    pub fn header_bytes(mut self, name: &str, value: &[u8]) -> Self {
        append(&mut self.client.headers, name, value);
        self
    }

    /// With this JSON.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With these bytes.
    pub fn body(self, content_type: &str, body: impl Into<Body>) -> Self {
        Self { body: body.into(), ..self.header("content-type", content_type) }
    }

    /// With this body, and nothing that says what it is.
    pub fn untyped_body(self, body: impl Into<Body>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// With this idempotency key.
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// The answer, whose body has not come yet.
    pub(crate) async fn response(self) -> (Method, String, Response) {
        let Self { client: Client { router, headers, address, never_shown }, method, path, body } = self;
        let mut request = Request::new(body);
        *request.method_mut() = method.clone();
        *request.uri_mut() = match path.parse() {
            Ok(uri) => uri,
            Err(error) => panic!("{path} is no path: {error}"),
        };
        *request.headers_mut() = headers;
        request.extensions_mut().insert(ClientAddress(address));
        let response = match router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let response = match never_shown {
            Some(text) => without(text, &method, &path, response),
            None => response,
        };
        (method, path, response)
    }

    /// How it is answered, whatever the answer: the status, and of a problem the code. Streams are not waited for.
    ///
    /// # Panics
    /// When an answer breaks off.
    pub async fn outcome(self) -> (StatusCode, String) {
        let (method, path, response) = self.response().await;
        let (parts, body) = response.into_parts();
        let is_stream = parts.headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        if is_stream {
            return (parts.status, String::new());
        }
        let bytes = match body.collect().await {
            Ok(collected) => collected.to_bytes(),
            Err(error) => panic!("the answer to {method} {path} breaks off: {error}"),
        };
        let problem: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        (parts.status, problem["code"].as_str().unwrap_or_default().to_owned())
    }

    async fn send(self) -> Reply {
        let (method, path, response) = self.response().await;
        let (parts, body) = response.into_parts();
        let bytes = match body.collect().await {
            Ok(collected) => collected.to_bytes(),
            Err(error) => panic!("the answer to {method} {path} breaks off: {error}"),
        };
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_json = kind.is_some_and(is_json);
        let json = match serde_json::from_slice(&bytes) {
            Ok(json) if is_json => json,
            Err(error) if is_json && !bytes.is_empty() => panic!("{method} {path} answers no JSON: {error}"),
            Ok(_) | Err(_) => Value::Null,
        };
        let reply = Reply { status: parts.status, headers: parts.headers, bytes: bytes.to_vec(), json };
        if let Err(fault) = check_events(&path, &reply) {
            panic!("{method} {path} shows an event that does not fit its schema: {fault}\n{}", reply.json);
        }
        if let Err(drift) = Contract::get().check(&method, &path, &reply) {
            let text = String::from_utf8_lossy(&reply.bytes);
            panic!(
                "{method} {path} answers what the OpenAPI document does not say: {drift}\n{} {text}",
                reply.status
            );
        }
        reply
    }
}

impl IntoFuture for Call {
    type IntoFuture = Pin<Box<dyn Future<Output = Reply> + Send>>;
    type Output = Reply;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub bytes: Vec<u8>,
    /// Its body, where it is JSON.
    pub json: Value,
}

impl Reply {
    /// The same, if it has this status.
    ///
    /// # Panics
    /// When it has another.
    #[track_caller]
    #[must_use]
    pub fn is(self, status: u16) -> Self {
        let text = String::from_utf8_lossy(&self.bytes);
        assert_eq!(self.status.as_u16(), status, "{text}");
        self
    }

    /// The same, if it is a problem with this status and code.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    #[must_use]
    pub fn is_problem(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status.as_u16(), self.code()), (status, code), "{}", self.json);
        self
    }

    /// The code, where it is a problem.
    #[must_use]
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// A header, as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The resource's id.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    #[track_caller]
    pub fn id(&self) -> String {
        match self.json["metadata"]["id"].as_str() {
            Some(id) => id.to_owned(),
            None => panic!("there is no id in {}", self.json),
        }
    }
}

/// The same answer, which is looked through for what must not be in it as it comes.
fn without(text: &'static str, method: &Method, path: &str, response: Response) -> Response {
    let asked = format!("{method} {path}");
    let (parts, body) = response.into_parts();
    assert!(
        !format!("{:?}", parts.headers).contains(text),
        "{asked} shows {text} in a header: {:?}",
        parts.headers
    );
    let mut seen = vec![];
    let body = body.map_frame(move |frame| {
        if let Some(data) = frame.data_ref() {
            // What is cut in two by frames is found, too.
            let kept = seen.len().saturating_sub(text.len());
            seen.drain(..kept);
            seen.extend_from_slice(data);
            let found = String::from_utf8_lossy(&seen);
            assert!(!found.contains(text), "{asked} shows {text}: {found}");
        }
        frame
    });
    Response::from_parts(parts, Body::new(body))
}

fn append(headers: &mut HeaderMap, name: &str, value: &[u8]) {
    match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value)) {
        (Ok(name), Ok(value)) => headers.append(name, value),
        (Err(_), _) | (_, Err(_)) => panic!("{name} is no header"),
    };
}
