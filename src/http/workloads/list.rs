use crate::app::App;
use crate::http::call::{Authorized, Place, VisibleNamespaces, WorkloadList};
use crate::http::documentation::{ADMINISTRATION, ListParameters, ProjectPath};
use crate::http::listing::{Filters, Listing};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::WorkloadPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List workloads
///
/// The workloads of the project; whoever has rights in some of its namespaces only sees what is in these.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/workloads",
    operation_id = "listWorkloads",
    tag = ADMINISTRATION,
    params(ProjectPath, ListParameters),
    responses((status = 200, description = "One page of workloads.", body = WorkloadPage)),
    extensions(("x-required-permission" = json!("workload.read")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<WorkloadList, VisibleNamespaces, ListQuery<Filters>>,
) -> Result<Response, Problem> {
    let place = &authorized.place;
    let parents = [place.lister()];
    let listing = Listing::of("Workload", &parents, place.counting());
    Listing { owners: place.only.as_deref(), ..listing }.page(&app, authorized.query).await
}
