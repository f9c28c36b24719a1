//! The ledger itself: checkpoints, proofs, and everything there is, to be checked elsewhere.

mod checkpoint;
mod export;
mod proof;

use crate::app::App;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(checkpoint::checkpoint))
        .routes(routes!(proof::proof))
        .routes(routes!(export::export))
}
