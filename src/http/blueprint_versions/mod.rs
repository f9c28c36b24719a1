//! Versions of blueprints: which add-ons clusters are set up with, and how they are watched.

mod activate;
mod create;
mod delete;
mod disable;
mod get;
mod impact;
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
        .routes(routes!(activate::activate))
        .routes(routes!(disable::disable))
        .routes(routes!(restore::restore))
        .routes(routes!(impact::impact))
}
