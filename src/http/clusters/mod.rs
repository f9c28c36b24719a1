//! Clusters: Kubernetes clusters that an agent runs in.

mod approve;
mod assign_blueprint;
mod bootstrap;
mod create;
mod decommission;
mod delete;
mod get;
mod list;
mod put;
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
        .routes(routes!(get::get, put::put, update::update, delete::delete))
        .routes(routes!(bootstrap::bootstrap))
        .routes(routes!(assign_blueprint::assign_blueprint))
        .routes(routes!(approve::approve))
        .routes(routes!(reject::reject))
        .routes(routes!(decommission::decommission))
        .routes(routes!(restore::restore))
}
