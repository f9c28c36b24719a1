use crate::app::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

/// Says whether requests can be answered: 200 `{"status": "ready"}`, or 503 `{"status": "notReady", "waitingFor": […]}`
/// with what is missing: `database`, `migrations`, `ledgerWriter`, `ledgerHead`. Who gets a 503 sends requests elsewhere.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Response {
    let not_ready = app.not_ready().await;
    if not_ready.is_empty() {
        return ([(CACHE_CONTROL, "no-store")], Json(json!({ "status": "ready" }))).into_response();
    }
    let waiting_for: Vec<&str> = not_ready.into_iter().map(|part| part.as_str()).collect();
    let body = Json(json!({ "status": "notReady", "waitingFor": waiting_for }));
    let headers = [(CACHE_CONTROL, "no-store"), (RETRY_AFTER, "1")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, body).into_response()
}
