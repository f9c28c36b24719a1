//! Users: the members of an org.

mod create;
mod delete;
mod erase;
mod get;
mod issue_key;
mod list;
mod list_keys;
mod reactivate;
mod remove;
mod suspend;
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
        .routes(routes!(suspend::suspend))
        .routes(routes!(reactivate::reactivate))
        .routes(routes!(remove::remove))
        .routes(routes!(erase::erase))
        .routes(routes!(issue_key::issue_key, list_keys::list_keys))
}
