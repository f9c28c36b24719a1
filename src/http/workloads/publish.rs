use crate::app::workloads::Publish;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, The, WorkloadPublish};
use crate::http::documentation::{ADMINISTRATION, WorkloadPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::workload::Workload;
use api::PublishWorkload;

/// Publish a workload
///
/// Makes a revision of what people set, which never changes, for the clusters of its placement that its namespace is
/// published on now. Published again, it follows spec, placement and labels as they are then; where nothing changed,
/// nothing happens. While it is published, its namespace cannot leave these clusters.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/workloads/{workload}/publish",
    operation_id = "publishWorkload",
    tag = ADMINISTRATION,
    params(WorkloadPath, WriteParameters),
    request_body(content = PublishWorkload, example = json!({ "notes": "the release of the week" })),
    responses((status = 200, description = "The workload as it is now.", body = api::Workload)),
    extensions(
        ("x-required-permission" = json!("workload.publish")),
        ("x-problem-codes" = json!(["namespace_not_published", "invalid_state"]))
    )
)]
pub(super) async fn publish(
    command: Command<WorkloadPublish, The<Workload>>,
    body: OptionalJsonBody<PublishWorkload>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let PublishWorkload { notes, reason } = body.value;
    command.with_reason(reason).run(&body.bytes, Publish { home, id, notes }).await
}
