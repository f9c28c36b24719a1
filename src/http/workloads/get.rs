use crate::app::App;
use crate::app::read::Moment;
use crate::http::call::{Reading, The, WorkloadRead};
use crate::http::documentation::{ADMINISTRATION, ReadParameters, WorkloadPath};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use aggregates::workload::Workload;
use axum::extract::State;
use std::sync::Arc;

/// Get a workload
///
/// By id, deleted ones are found too, with `metadata.deletedAt`; by name, only live ones. `status.pendingTargets` is
/// what publishing it now would change on clusters, and no part of what `ETag` and `asOf` are about.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/workloads/{workload}",
    operation_id = "getWorkload",
    tag = ADMINISTRATION,
    params(WorkloadPath, ReadParameters),
    responses(
        (status = 200, description = "The workload.", body = api::Workload),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("workload.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<WorkloadRead, The<Workload>>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let mut found = reading.place.read(&app, reading.moment).await?;
    if reading.moment == Moment::Now {
        app.add_pending_targets(&reading.place.home, reading.place.id, &mut found.json).await?;
    }
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
