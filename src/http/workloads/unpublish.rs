use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, The, WorkloadUnpublish};
use crate::http::documentation::{ADMINISTRATION, WorkloadPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::workload::{Workload, WorkloadCommand};
use api::WithReason;

/// Unpublish a workload
///
/// Takes the workload off its clusters. Its revisions stay; publishing it again makes a new one.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/workloads/{workload}/unpublish",
    operation_id = "unpublishWorkload",
    tag = ADMINISTRATION,
    params(WorkloadPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "no longer needed" })),
    responses((status = 200, description = "The workload as it is now.", body = api::Workload)),
    extensions(
        ("x-required-permission" = json!("workload.publish")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn unpublish(
    command: Command<WorkloadUnpublish, The<Workload>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let unpublish =
        Tell::<Workload> { home, id, command: Box::new(|plan| WorkloadCommand::Unpublish { at: plan.now }) };
    command.with_reason(body.value.reason).run(&body.bytes, unpublish).await
}
