use crate::app::App;
use crate::http::artifact::{self, Bytes};
use crate::http::call::{Reading, TheRevision, WorkloadRevisionRead};
use crate::http::documentation::{ADMINISTRATION, ReadParameters, WorkloadRevisionPath};
use crate::http::problem::Problem;
use crate::http::request::RequestContext;
use axum::extract::State;
use std::sync::Arc;

/// Get the artifact of a revision
///
/// The bytes that are put on clusters, as they were sent. What is in a repository of somebody else's is not kept here:
/// 409.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/workloads/{workload}/revisions/{revision}/artifact",
    operation_id = "getWorkloadRevisionArtifact",
    tag = ADMINISTRATION,
    params(WorkloadRevisionPath, ReadParameters),
    responses(
        (
            status = 200,
            description = "The bytes.",
            content((String = "application/yaml"), (String = "application/gzip"))
        ),
        (status = 304, description = "The caller has these bytes already.")
    ),
    extensions(
        ("x-required-permission" = json!("workload.read")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn revision_artifact(
    State(app): State<Arc<App>>,
    reading: Reading<WorkloadRevisionRead, TheRevision>,
    context: RequestContext,
) -> Result<Bytes, Problem> {
    let found = reading.place.read(&app, reading.moment).await?;
    artifact::of(&app, reading.place.org(), &found, context.if_none_match.as_ref()).await
}
