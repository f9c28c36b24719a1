//! Webhooks: where the events of an org are sent.

mod create;
mod delete;
mod get;
mod list;
mod pause;
mod put;
mod replay;
mod restore;
mod resume;
mod rotate_secret;
mod test;
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
        .routes(routes!(pause::pause))
        .routes(routes!(resume::resume))
        .routes(routes!(rotate_secret::rotate_secret))
        .routes(routes!(replay::replay))
        .routes(routes!(test::test))
}
