use crate::app::App;
use crate::http::call::{Authorized, Place, TheWorkload, WorkloadRevisionList};
use crate::http::documentation::{ADMINISTRATION, PageParameters, SortedByTime, WorkloadPath};
use crate::http::listing::{Filters, Listing};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::WorkloadRevisionPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;
use values::ScopeId;

/// By when they were made: their names are numbers, and would be sorted as text.
const SORTS: [&str; 2] = ["createdAt", "updatedAt"];

/// List revisions of a workload
///
/// What was published, oldest first; `sort=-createdAt` shows the newest first.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/workloads/{workload}/revisions",
    operation_id = "listWorkloadRevisions",
    tag = ADMINISTRATION,
    params(WorkloadPath, PageParameters, SortedByTime),
    responses((status = 200, description = "One page of revisions.", body = WorkloadRevisionPage)),
    extensions(("x-required-permission" = json!("workload.read")))
)]
pub(super) async fn list_revisions(
    State(app): State<Arc<App>>,
    authorized: Authorized<WorkloadRevisionList, TheWorkload, ListQuery<Filters>>,
) -> Result<Response, Problem> {
    let place = &authorized.place;
    let parents = [ScopeId::from(place.id)];
    let listing = Listing::of("WorkloadRevision", &parents, place.counting());
    Listing { sorts: &SORTS, ..listing }.page(&app, authorized.query).await
}
