use crate::app::App;
use crate::app::read::Moment;
use crate::http::call::{ClusterRead, Reading, The};
use crate::http::documentation::{ADMINISTRATION, ClusterPath, ReadParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use aggregates::cluster::Cluster;
use axum::extract::State;
use std::sync::Arc;

/// Get a cluster
///
/// By id, deleted ones are found too, with `metadata.deletedAt`; by name, only live ones. `status.lastSeenAt` is when its
/// agent was last heard of, and no part of what `ETag` and `asOf` are about.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/clusters/{cluster}",
    operation_id = "getCluster",
    tag = ADMINISTRATION,
    params(ClusterPath, ReadParameters),
    responses(
        (status = 200, description = "The cluster.", body = api::Cluster),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("cluster.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<ClusterRead, The<Cluster>>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let mut found = reading.place.read(&app, reading.moment).await?;
    if reading.moment == Moment::Now {
        app.add_last_seen(reading.place.home.org, reading.place.id, &mut found.json).await?;
    }
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
