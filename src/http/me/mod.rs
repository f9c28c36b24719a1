//! Who one is, and one's own access keys.

mod delete_key;
mod get;
mod get_key;
mod issue_key;
mod list_keys;
mod revoke_key;
mod rotate_key;

use crate::app::App;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get::get))
        .routes(routes!(issue_key::issue_key, list_keys::list_keys))
        .routes(routes!(get_key::get_key, delete_key::delete_key))
        .routes(routes!(rotate_key::rotate_key))
        .routes(routes!(revoke_key::revoke_key))
}
