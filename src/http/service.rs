//! The service itself: whether it lives, whether it is ready, what it counts.
//!
//! These three are for machines that watch over the service, which know them by convention; they are no part of the API
//! and not in its document.

use super::call::{Authorized, OperatorRead, Platform};
use super::problem::Problem;
use super::request::Query;
use crate::app::App;
use crate::app::health::NotReady;
use crate::serve::ClientAddress;
use crate::telemetry;
use axum::extract::{FromRequestParts, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, FORWARDED, HeaderName, RETRY_AFTER, VIA};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use std::sync::Arc;

/// What a proxy leaves in a request.
const TRACES_OF_PROXIES: [HeaderName; 3] = [FORWARDED, VIA, HeaderName::from_static("x-forwarded-for")];

/// The operations.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/livez", get(livez)).route("/readyz", get(readyz)).route("/metrics", get(metrics))
}

/// Says that the process answers at all; asks nobody. Who gets no answer restarts it.
async fn livez() -> &'static str {
    "ok"
}

/// Says whether requests can be answered: 200 `{"status": "ready"}`, or 503 `{"status": "notReady", "waitingFor": […]}`
/// with what is missing: `database`, `migrations`, `ledgerWriter`, `ledgerHead`. Who gets a 503 sends requests elsewhere.
async fn readyz(State(app): State<Arc<App>>) -> Response {
    let not_ready = app.not_ready().await;
    if not_ready.is_empty() {
        return ([(CACHE_CONTROL, "no-store")], Json(json!({ "status": "ready" }))).into_response();
    }
    let waiting_for: Vec<&str> = not_ready.into_iter().map(NotReady::as_str).collect();
    let body = Json(json!({ "status": "notReady", "waitingFor": waiting_for }));
    let headers = [(CACHE_CONTROL, "no-store"), (RETRY_AFTER, "1")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, body).into_response()
}

/// Everything that is counted, for Prometheus. For whoever is on this machine, and for operators: it tells how busy the
/// installation is, which is nobody else's business.
///
/// A request that a proxy on this machine passed on comes from elsewhere, whether or not the proxy is trusted.
async fn metrics(State(app): State<Arc<App>>, mut parts: Parts) -> Result<Response, Problem> {
    if !is_of_this_machine(&parts) {
        Authorized::<OperatorRead, Platform, Query>::from_request_parts(&mut parts, &app).await?;
    }
    app.measure();
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], telemetry::render()).into_response())
}

fn is_of_this_machine(parts: &Parts) -> bool {
    let from_here = parts.extensions.get::<ClientAddress>().is_some_and(|client| client.0.is_loopback());
    from_here && !was_passed_on(&parts.headers)
}

fn was_passed_on(headers: &HeaderMap) -> bool {
    TRACES_OF_PROXIES.iter().any(|name| headers.contains_key(name))
}
