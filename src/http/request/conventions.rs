//! The outermost middleware: ids, headers, and the last touch to problems.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument as _;
use uuid::Uuid;

use super::{RequestContext, RequestId};
use crate::http::problem::{Problem, ProblemCode, finish};

/// Longest path and query together, in bytes.
pub const MAX_URI_BYTES: usize = 8 << 10;
/// Most bytes of all header names and values together.
pub const MAX_HEADER_BYTES: usize = 32 << 10;

/// Where the ids of requests without one come from.
#[derive(Clone)]
pub struct RequestIds(Arc<dyn Fn() -> Uuid + Send + Sync>);

impl RequestIds {
    /// From a source of ids.
    #[must_use]
    pub fn new(mint: impl Fn() -> Uuid + Send + Sync + 'static) -> Self {
        Self(Arc::new(mint))
    }
}

impl fmt::Debug for RequestIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestIds")
    }
}

/// Middleware for `axum::middleware::from_fn_with_state`, around everything else, the catching of panics included.
///
/// Gives every request its [`RequestId`] and [`RequestContext`] (both in the request's extensions) and a log span,
/// refuses headers that are malformed and requests that are too long, adds `instance` and `requestId` to problems, and
/// answers with `X-Request-Id`.
pub async fn conventions(State(ids): State<RequestIds>, mut request: Request, next: Next) -> Response {
    let id = RequestId::from_headers(request.headers()).unwrap_or_else(|| RequestId::minted((ids.0)()));
    let uri = request.uri().clone();
    // A browser answers a challenge with a dialogue of its own; its scripts say that they are there.
    let challenge = !request.headers().contains_key("x-requested-by");
    let span = tracing::info_span!("request", request.id = %id);
    let response = match check(&id, &uri, request.headers()) {
        Ok(context) => {
            request.extensions_mut().insert(id.clone());
            request.extensions_mut().insert(context);
            next.run(request).instrument(span).await
        }
        Err(problem) => problem.into_response(),
    };
    let mut response = finish(response, challenge, uri.path(), id.as_str());
    if let Ok(value) = HeaderValue::try_from(id.as_str()) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

fn check(id: &RequestId, uri: &Uri, headers: &HeaderMap) -> Result<RequestContext, Problem> {
    if uri.path_and_query().is_some_and(|target| target.as_str().len() > MAX_URI_BYTES) {
        return Err(Problem::new(ProblemCode::UriTooLong, "Path and query have more than 8 KiB."));
    }
    if uri.path().contains("%00") {
        return Err(Problem::new(ProblemCode::InvalidEncoding, "The path contains U+0000."));
    }
    let header_bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if header_bytes > MAX_HEADER_BYTES {
        return Err(Problem::new(ProblemCode::HeadersTooLarge, "The headers have more than 32 KiB."));
    }
    RequestContext::from_headers(id.clone(), headers)
}

#[cfg(test)]
#[path = "conventions_tests.rs"]
mod tests;
