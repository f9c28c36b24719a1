//! A problem as a response, without and with what the request adds to it.

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::{Problem, ProblemCode};

/// RFC 9457 §3.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// Asked of clients that have no way of their own to ask for a credential (RFC 9110 §11.6.1).
const CHALLENGE: &str = "Basic realm=\"quarterdeck\", Bearer";

/// What the request adds to a problem.
struct Occurrence<'a> {
    instance: &'a str,
    request_id: &'a str,
}

impl Problem {
    /// The body as an example: of some request.
    pub(super) fn example(&self) -> Value {
        self.body(Some(&Occurrence {
            instance: "/v1/orgs",
            request_id: "0193f3a0-7c1b-7000-8000-000000000001",
        }))
    }

    /// The body, for a place inside another answer.
    #[must_use]
    pub fn as_value(&self) -> Value {
        self.body(None)
    }

    fn body(&self, occurrence: Option<&Occurrence<'_>>) -> Value {
        let parts = &self.0;
        let entry = parts.code.entry();
        let mut body = Map::new();
        body.insert("type".into(), parts.code.type_uri().into());
        body.insert("title".into(), entry.title.into());
        body.insert("status".into(), self.status().into());
        body.insert("detail".into(), parts.detail.as_str().into());
        if let Some(Occurrence { instance, request_id }) = occurrence {
            body.insert("instance".into(), (*instance).into());
            body.insert("requestId".into(), (*request_id).into());
        }
        body.insert("code".into(), parts.code.as_str().into());
        if !parts.errors.is_empty() {
            let errors = parts.errors.iter();
            let errors = errors.map(|e| json!({"pointer": e.pointer, "code": e.code, "detail": e.detail}));
            body.insert("errors".into(), Value::Array(errors.collect()));
        }
        if let Some(seconds) = parts.retry_after_seconds {
            body.insert("retryAfterSeconds".into(), seconds.into());
        }
        for (member, value) in &parts.members {
            body.entry(member.clone()).or_insert_with(|| value.clone());
        }
        Value::Object(body)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body(None).to_string()));
        *response.status_mut() = StatusCode::from_u16(self.status()).unwrap_or(self.code().status());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.0.retry_after_seconds {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.code() == ProblemCode::Unauthenticated {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Completes a problem response with `instance` (the request's path) and `requestId`, and takes `WWW-Authenticate` out
/// where no challenge is wanted; leaves the code in the response's extensions. A response that is not a problem is left
/// as it is.
pub(crate) fn finish(mut response: Response, challenge: bool, path: &str, id: &str) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    response.extensions_mut().insert(problem.code());
    let body = problem.body(Some(&Occurrence { instance: path, request_id: id }));
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    if !challenge {
        headers.remove(WWW_AUTHENTICATE);
    }
    *response.body_mut() = Body::from(body.to_string());
    response
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::super::FieldProblem;
    use super::*;

    async fn body(response: Response) -> Value {
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[tokio::test]
    async fn a_problem_has_the_members_of_the_rfc_and_ours() {
        let problem = Problem::validation(vec![FieldProblem::new("/spec/a~1b", "required", "is missing")])
            .with("conflictingId", "0193");
        let response = finish(problem.into_response(), true, "/v1/orgs", "req-1");
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(response.headers()[CONTENT_TYPE], MEDIA_TYPE);
        assert_eq!(
            body(response).await,
            json!({
                "type": "/problems/validation_failed", "title": "Validation failed", "status": 422,
                "detail": "/spec/a~1b: is missing", "instance": "/v1/orgs", "requestId": "req-1",
                "code": "validation_failed", "conflictingId": "0193",
                "errors": [{"pointer": "/spec/a~1b", "code": "required", "detail": "is missing"}],
            })
        );
    }

    #[tokio::test]
    async fn extension_members_cannot_replace_standard_ones() {
        let problem = Problem::not_found().with("status", 200).with("code", "fine");
        let body = body(problem.into_response()).await;
        assert_eq!((&body["status"], &body["code"]), (&json!(404), &json!("not_found")));
    }

    #[tokio::test]
    async fn overload_says_when_to_try_again_in_header_and_body() {
        let response = Problem::plain(ProblemCode::Overloaded).retry_after(7).into_response();
        assert_eq!(response.headers()[RETRY_AFTER], "7");
        assert_eq!(body(response).await["retryAfterSeconds"], 7);
    }

    #[test]
    fn the_challenge_is_left_out_where_none_is_wanted() {
        let plain = finish(Problem::unauthenticated().into_response(), true, "/", "r");
        assert_eq!(plain.headers()[WWW_AUTHENTICATE], CHALLENGE);
        let quiet = finish(Problem::unauthenticated().into_response(), false, "/", "r");
        assert!(!quiet.headers().contains_key(WWW_AUTHENTICATE));
    }

    #[tokio::test]
    async fn long_details_are_cut() {
        let problem = Problem::new(ProblemCode::MalformedJson, "é".repeat(100_000));
        assert!(body(problem.into_response()).await["detail"].as_str().unwrap().chars().count() <= 401);
    }

    #[tokio::test]
    async fn forbidden_names_the_permission_and_the_roles() {
        let body = body(Problem::forbidden("org.create", ["OPERATOR"]).into_response()).await;
        assert_eq!(body["missingPermission"], "org.create");
        assert_eq!(body["grantedByRoles"], json!(["OPERATOR"]));
    }
}
