//! The access keys of an org's users.

mod delete;
mod get;
mod issue;
mod list;
mod revoke;
mod rotate;

use crate::app::App;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(issue::issue, list::list))
        .routes(routes!(get::get, delete::delete))
        .routes(routes!(rotate::rotate))
        .routes(routes!(revoke::revoke))
}
