//! Orgs: the customers of a partner.

mod activate;
mod approve;
mod create;
mod deactivate;
mod delete;
mod get;
mod list;
mod reject;
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
        .routes(routes!(get::get, update::update, delete::delete))
        .routes(routes!(approve::approve))
        .routes(routes!(reject::reject))
        .routes(routes!(activate::activate))
        .routes(routes!(deactivate::deactivate))
        .routes(routes!(restore::restore))
}
