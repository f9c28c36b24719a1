use crate::app::App;
use crate::app::read::Moment;
use crate::http::call::{NamespaceRead, Reading, The};
use crate::http::documentation::{ADMINISTRATION, NamespacePath, ReadParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use aggregates::namespace::Namespace;
use axum::extract::State;
use std::sync::Arc;

/// Get a namespace
///
/// By id, deleted ones are found too, with `metadata.deletedAt`; by name, only live ones. `status.pendingClusters` is
/// what publishing it now would change, and no part of what `ETag` and `asOf` are about.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/namespaces/{namespace}",
    operation_id = "getNamespace",
    tag = ADMINISTRATION,
    params(NamespacePath, ReadParameters),
    responses(
        (status = 200, description = "The namespace.", body = api::Namespace),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("namespace.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<NamespaceRead, The<Namespace>>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let mut found = reading.place.read(&app, reading.moment).await?;
    if reading.moment == Moment::Now {
        app.add_pending_clusters(&reading.place.home, reading.place.id, &mut found.json).await?;
    }
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
