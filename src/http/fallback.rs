//! What no operation answers: unknown paths, methods that a path does not have, panics.

use std::any::Any;

use axum::Router;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use super::problem::{Problem, ProblemCode};

/// Adds the fallbacks and the catching of panics. To be called when all routes are there, and before the layer of
/// [`crate::http::request::conventions`].
pub fn install<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router
        .fallback(unknown_path)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(panicked))
}

async fn unknown_path() -> Problem {
    Problem::not_found()
}

/// 405, or 204 to OPTIONS: without CORS there is nothing to say but `Allow`, which axum adds to both.
async fn method_not_allowed(method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    Problem::plain(ProblemCode::MethodNotAllowed).into_response()
}

#[expect(clippy::needless_pass_by_value, reason = "the signature that the layer asks for")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = message.unwrap_or("unknown"), "A handler panicked");
    Problem::internal().into_response()
}
