use crate::app::App;
use crate::http::call::{Reading, TheRevision, WorkloadRevisionRead};
use crate::http::documentation::{ADMINISTRATION, ReadParameters, WorkloadRevisionPath};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use axum::extract::State;
use std::sync::Arc;

/// Get a revision of a workload
///
/// What was published, and where. It never changes.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/workloads/{workload}/revisions/{revision}",
    operation_id = "getWorkloadRevision",
    tag = ADMINISTRATION,
    params(WorkloadRevisionPath, ReadParameters),
    responses(
        (status = 200, description = "The revision.", body = api::WorkloadRevision),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("workload.read")))
)]
pub(super) async fn get_revision(
    State(app): State<Arc<App>>,
    reading: Reading<WorkloadRevisionRead, TheRevision>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let found = reading.place.read(&app, reading.moment).await?;
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
