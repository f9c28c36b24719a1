use crate::app::workloads::RollBack;
use crate::http::body::JsonBody;
use crate::http::call::{Command, The, WorkloadRollBack};
use crate::http::documentation::{ADMINISTRATION, WorkloadPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::workload::Workload;
use api::RollBackWorkload;

/// Roll back a workload
///
/// Publishes what an older revision has, as a new one: its type, artifact, overrides, drift and rollout, which the spec
/// has from then on. Where it shall be stays as it is set: the new revision is for the clusters of the placement that
/// its namespace is published on now.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/workloads/{workload}/rollback",
    operation_id = "rollBackWorkload",
    tag = ADMINISTRATION,
    params(WorkloadPath, WriteParameters),
    request_body(content = RollBackWorkload, example = json!({ "toRevision": 1 })),
    responses((status = 200, description = "The workload as it is now.", body = api::Workload)),
    extensions(
        ("x-required-permission" = json!("workload.publish")),
        ("x-problem-codes" = json!(["namespace_not_published", "invalid_state"]))
    )
)]
pub(super) async fn rollback(
    command: Command<WorkloadRollBack, The<Workload>>,
    body: JsonBody<RollBackWorkload>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let RollBackWorkload { to_revision: to, notes, reason } = body.value;
    command.with_reason(reason).run(&body.bytes, RollBack { home, id, to, notes }).await
}
