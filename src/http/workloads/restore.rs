use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, The, WorkloadRestore};
use crate::http::documentation::{ADMINISTRATION, WorkloadPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::workload::{Workload, WorkloadCommand};
use api::WithReason;

/// Restore a workload
///
/// Brings a deleted workload back as it was, by its id. Its name must be free, and its namespace must be there.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/workloads/{workload}/restore",
    operation_id = "restoreWorkload",
    tag = ADMINISTRATION,
    params(WorkloadPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "deleted by mistake" })),
    responses((status = 200, description = "The workload as it is now.", body = api::Workload)),
    extensions(
        ("x-required-permission" = json!("workload.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn restore(
    command: Command<WorkloadRestore, The<Workload>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command
        .run(&body.bytes, Tell::<Workload> { home, id, command: Box::new(|_| WorkloadCommand::Restore) })
        .await
}
