//! One line and one measurement for every request, when it is answered.
//!
//! What a caller sent is not in either: no path (it may hold an e-mail address), no query, no header, no body.

use super::problem::ProblemCode;
use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use std::time::Duration;
use tokio::time::Instant;

/// What stands for the route where there is none.
const NO_ROUTE: &str = "none";
/// Routes that are asked many times a minute by machines that watch; their lines are for looking closer.
const WATCHED: [&str; 3] = ["/livez", "/readyz", "/metrics"];

/// Middleware around everything else, `conventions` included.
pub async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = method(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    count(method, route, &response, started.elapsed());
    log(method, route, &response, started.elapsed());
    response
}

fn count(method: &'static str, route: &str, response: &Response, took: Duration) {
    let labels = [
        ("method", method.to_owned()),
        ("route", route.to_owned()),
        ("status", response.status().as_str().to_owned()),
    ];
    metrics::histogram!("quarterdeck_http_request_duration_seconds", &labels).record(took.as_secs_f64());
    if let Some(code) = code(response) {
        metrics::counter!("quarterdeck_http_problems_total", "code" => code).increment(1);
    }
}

fn log(method: &'static str, route: &str, response: &Response, took: Duration) {
    let status = response.status().as_u16();
    let id = response.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let duration_ms = f64::from(u32::try_from(took.as_micros()).unwrap_or(u32::MAX)) / 1_000.0;
    let code = code(response);
    if status >= 500 {
        tracing::error!(
            method,
            route,
            status,
            code,
            duration_ms,
            request.id = id,
            "Failed to answer {method} {route}"
        );
    } else if WATCHED.contains(&route) {
        tracing::debug!(
            method,
            route,
            status,
            code,
            duration_ms,
            request.id = id,
            "Answered {method} {route}"
        );
    } else {
        tracing::info!(
            method,
            route,
            status,
            code,
            duration_ms,
            request.id = id,
            "Answered {method} {route}"
        );
    }
}

fn code(response: &Response) -> Option<&'static str> {
    response.extensions().get::<ProblemCode>().map(|code| code.as_str())
}

/// A method, or `other`: a caller may invent as many as it likes.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
