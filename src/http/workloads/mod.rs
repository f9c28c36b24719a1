//! Workloads: what runs in namespaces, on clusters; and their revisions.

mod artifact;
mod create;
mod delete;
mod get;
mod get_revision;
mod list;
mod list_revisions;
mod publish;
mod put;
mod restore;
mod revision_artifact;
mod rollback;
mod unpublish;
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
        .routes(routes!(publish::publish))
        .routes(routes!(unpublish::unpublish))
        .routes(routes!(rollback::rollback))
        .routes(routes!(restore::restore))
        .routes(routes!(artifact::artifact))
        .routes(routes!(list_revisions::list_revisions))
        .routes(routes!(get_revision::get_revision))
        .routes(routes!(revision_artifact::revision_artifact))
}
