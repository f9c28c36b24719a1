//! Blueprints: what clusters are set up with.

mod create;
mod delete;
mod get;
mod list;
mod put;
mod restore;
mod update;

use crate::app::App;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(create::create, list::list))
        .routes(routes!(get::get, put::put, update::update, delete::delete))
        .routes(routes!(restore::restore))
}
