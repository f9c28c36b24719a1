//! What is left of a caller's allowances, said with every answer where callers are limited
//! (draft-ietf-httpapi-ratelimit-headers).

use super::problem::Problem;
use crate::app::App;
use crate::app::rate::Quota;
use crate::authn::Caller;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::{Arc, Mutex, PoisonError};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Filled by whatever lets a caller in; read by [`limits`]. Of one request.
#[derive(Clone, Debug, Default)]
pub struct Quotas(Arc<Mutex<Vec<Quota>>>);

/// Takes one from the caller's allowances.
///
/// # Errors
/// One of them is used up: 429.
pub fn take(parts: &Parts, app: &App, caller: &Caller) -> Result<(), Problem> {
    if !app.caller_rates.are_limited() {
        return Ok(());
    }
    let (quotas, outcome) = app.caller_rates.take(caller, app.clock.now());
    if let Some(told) = parts.extensions.get::<Quotas>() {
        *told.0.lock().unwrap_or_else(PoisonError::into_inner) = quotas;
    }
    outcome.map_err(Problem::from)
}

/// Around every operation where callers are limited: says what is left.
pub async fn limits(mut request: Request, next: Next) -> Response {
    let quotas = Quotas::default();
    request.extensions_mut().insert(quotas.clone());
    let mut response = next.run(request).await;
    let quotas = quotas.0.lock().unwrap_or_else(PoisonError::into_inner);
    let mut say = |name, each: fn(&Quota) -> String| {
        let text = quotas.iter().map(each).collect::<Vec<_>>().join(", ");
        if let (false, Ok(value)) = (text.is_empty(), HeaderValue::try_from(text)) {
            response.headers_mut().insert(name, value);
        }
    };
    say(RATE_LIMIT_POLICY, |quota| {
        format!("\"{}\";q={};w={}", quota.of, quota.limit.most(), quota.limit.period_seconds())
    });
    say(RATE_LIMIT, |quota| {
        format!("\"{}\";r={};t={}", quota.of, quota.left.times, quota.left.whole_in_seconds)
    });
    response
}
