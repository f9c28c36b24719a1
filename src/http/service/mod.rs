//! The service itself: whether it lives, whether it is ready, what it counts.
//!
//! These three are for machines that watch over the service, which know them by convention; they are no part of the API
//! and not in its document.

mod livez;
mod metrics;
mod readyz;

use crate::app::App;
use axum::Router;
use axum::routing::get;
use std::sync::Arc;

/// The operations.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/livez", get(livez::livez))
        .route("/readyz", get(readyz::readyz))
        .route("/metrics", get(metrics::metrics))
}
