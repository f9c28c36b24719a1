use crate::app::App;
use crate::http::call::{Authorized, OperatorRead, Platform};
use crate::http::problem::Problem;
use crate::serve::ClientAddress;
use crate::telemetry;
use axum::extract::{FromRequestParts, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, FORWARDED, HeaderName, VIA};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// What a proxy leaves in a request.
const TRACES_OF_PROXIES: [HeaderName; 3] = [FORWARDED, VIA, HeaderName::from_static("x-forwarded-for")];

/// Everything that is counted, for Prometheus. For whoever is on this machine, and for operators: it tells how busy the
/// installation is, which is nobody else's business.
///
/// A request that a proxy on this machine passed on comes from elsewhere, whether or not the proxy is trusted.
pub(super) async fn metrics(State(app): State<Arc<App>>, mut parts: Parts) -> Result<Response, Problem> {
    if !is_of_this_machine(&parts) {
        Authorized::<OperatorRead, Platform>::from_request_parts(&mut parts, &app).await?;
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
