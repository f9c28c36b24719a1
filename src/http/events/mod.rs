//! What happens: read page by page, or followed.

mod follow;
mod follow_installation;
mod list;
mod list_installation;

use crate::app::App;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(follow::follow))
        .routes(routes!(list_installation::list))
        .routes(routes!(follow_installation::follow))
}
