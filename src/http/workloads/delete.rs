use crate::app::declared::Tell;
use crate::http::call::{Command, The, WorkloadDelete};
use crate::http::documentation::{ADMINISTRATION, WorkloadPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::workload::{Workload, WorkloadCommand};

/// Delete a workload
///
/// Deletes a workload that is not published, softly: by its id it and its revisions are still found, and it can be
/// restored. Its name is free again.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}/projects/{project}/workloads/{workload}",
    operation_id = "deleteWorkload",
    tag = ADMINISTRATION,
    params(WorkloadPath, WriteParameters),
    responses((status = 200, description = "The workload as it is now.", body = api::Workload)),
    extensions(
        ("x-required-permission" = json!("workload.write")),
        ("x-problem-codes" = json!(["still_published", "deletion_protected"]))
    )
)]
pub(super) async fn delete(command: Command<WorkloadDelete, The<Workload>>) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    command.run(&[], Tell::<Workload> { home, id, command: Box::new(|_| WorkloadCommand::Delete) }).await
}
