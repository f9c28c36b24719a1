//! Apply: many documents at once.

#[expect(clippy::module_inception, reason = "the operation is called what the resource is called")]
mod apply;

use crate::app::App;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operation.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(apply::apply))
}
