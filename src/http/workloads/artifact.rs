use crate::app::App;
use crate::http::artifact::{self, Bytes};
use crate::http::call::{Reading, The, WorkloadRead};
use crate::http::documentation::{ADMINISTRATION, ReadParameters, WorkloadPath};
use crate::http::problem::Problem;
use crate::http::request::RequestContext;
use aggregates::workload::Workload;
use axum::extract::State;
use std::sync::Arc;

/// Get the artifact of a workload
///
/// The bytes that are put on clusters, as they were sent. What is in a repository of somebody else's is not kept here:
/// 409.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/workloads/{workload}/artifact",
    operation_id = "getWorkloadArtifact",
    tag = ADMINISTRATION,
    params(WorkloadPath, ReadParameters),
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
pub(super) async fn artifact(
    State(app): State<Arc<App>>,
    reading: Reading<WorkloadRead, The<Workload>>,
    context: RequestContext,
) -> Result<Bytes, Problem> {
    let found = reading.place.read(&app, reading.moment).await?;
    artifact::of(&app, reading.place.home.org, &found, context.if_none_match.as_ref()).await
}
