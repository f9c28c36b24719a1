use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{ClusterReject, Command, The};
use crate::http::documentation::{ADMINISTRATION, ClusterPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::cluster::{Cluster, ClusterCommand};
use api::WithReason;

/// Reject the agent of a cluster
///
/// Sends the agent that has registered away; the cluster waits for one again, which needs another token. An agent that was
/// approved cannot be rejected.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/clusters/{cluster}/reject",
    operation_id = "rejectCluster",
    tag = ADMINISTRATION,
    params(ClusterPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "not ours" })),
    responses((status = 200, description = "The cluster as it is now.", body = api::Cluster)),
    extensions(
        ("x-required-permission" = json!("cluster.approve")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn reject(
    command: Command<ClusterReject, The<Cluster>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    let tell =
        Tell::<Cluster> { home, id, command: Box::new(|plan| ClusterCommand::Reject { at: plan.now }) };
    command.run(&body.bytes, tell).await
}
