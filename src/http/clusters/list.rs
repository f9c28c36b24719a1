use crate::app::App;
use crate::http::call::{Authorized, ClusterList, Place, TheProject, lister};
use crate::http::documentation::{ADMINISTRATION, ListParameters, ProjectPath};
use crate::http::listing::{Filters, Listing};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::ClusterPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List clusters
///
/// The clusters of the project; such as other projects share with it are listed there.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/clusters",
    operation_id = "listClusters",
    tag = ADMINISTRATION,
    params(ProjectPath, ListParameters),
    responses((status = 200, description = "One page of clusters.", body = ClusterPage)),
    extensions(("x-required-permission" = json!("cluster.read")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<ClusterList, TheProject, ListQuery<Filters>>,
) -> Result<Response, Problem> {
    let parents = [lister(&authorized.place)];
    Listing::of("Cluster", &parents, authorized.place.counting()).page(&app, authorized.query).await
}
