//! The headers of responses.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ObjectBuilder, Ref, Type};
use utoipa::openapi::{RefOr, Response};

/// Name, type and meaning of each.
const HEADERS: [(&str, Type, &str); 9] = [
    ("X-Request-Id", Type::String, "The request's id; name it when reporting an error."),
    (
        "ETag",
        Type::String,
        "The version of the resource, in quotes: `\"3\"`. For `If-Match` and `If-None-Match`.",
    ),
    ("Location", Type::String, "Where the resource that was made is found."),
    (
        "X-Position",
        Type::Integer,
        "The last position that the command wrote: the org's own under `/v1/orgs/{org}`, else the installation's. Not \
         there where nothing was written.",
    ),
    (
        "Idempotent-Replayed",
        Type::String,
        "`true` where this is the answer to an earlier request with the same `Idempotency-Key`; otherwise not there.",
    ),
    ("Retry-After", Type::Integer, "Seconds after which to try again."),
    (
        "RateLimit",
        Type::String,
        "What is left of the caller's allowances: `\"key\";r=19;t=1, \"org\";r=599;t=1` with the requests that are left and \
         the seconds until all are there again. On every answer to a caller, where callers are limited.",
    ),
    (
        "RateLimit-Policy",
        Type::String,
        "The limits: `\"key\";q=20;w=1, \"org\";q=600;w=60` with the requests and the seconds in which they are allowed.",
    ),
    (
        "WWW-Authenticate",
        Type::String,
        "How to show a credential. Not there where the request has `X-Requested-By`.",
    ),
];

/// Every header, as a component.
pub(super) fn all() -> impl Iterator<Item = (String, RefOr<Header>)> {
    HEADERS.into_iter().map(|(name, kind, about)| {
        let schema = ObjectBuilder::new().schema_type(kind).build();
        let header = HeaderBuilder::new().schema(Some(schema)).description(Some(about)).build();
        (name.to_owned(), RefOr::T(header))
    })
}

/// Says which headers each response of an operation has.
pub(super) fn document(operation: &mut Operation) {
    let parameters = operation.parameters.iter().flatten();
    let is_command =
        parameters.into_iter().any(|it| matches!(it, RefOr::T(it) if it.name == "Idempotency-Key"));
    let answers_for_many = super::complete::answers_for_many(operation);
    let is_versioned_read = operation.responses.responses.contains_key("304");
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let names: &[&str] = match status.as_str() {
            "201" if is_command => &["ETag", "Location", "X-Position", "Idempotent-Replayed"],
            "200" if answers_for_many => &["X-Position", "Idempotent-Replayed"],
            "200" | "202" if is_command => &["ETag", "X-Position", "Idempotent-Replayed"],
            "200" | "304" if is_versioned_read => &["ETag"],
            "401" => &["WWW-Authenticate"],
            "429" => &["Retry-After", "RateLimit", "RateLimit-Policy"],
            "503" => &["Retry-After"],
            _ => &[],
        };
        add(response, "X-Request-Id");
        for name in names {
            add(response, name);
        }
    }
}

/// Says that a response has a header.
pub(super) fn add(response: &mut Response, name: &str) {
    let reference = RefOr::Ref(Ref::new(format!("#/components/headers/{name}")));
    response.headers.entry(name.to_owned()).or_insert(reference);
}
