use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{ClusterApprove, Command, The};
use crate::http::documentation::{ADMINISTRATION, ClusterPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::cluster::{Cluster, ClusterCommand};
use api::WithReason;

/// Approve the agent of a cluster
///
/// Lets the agent that has registered work. Where it may already, nothing happens.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/clusters/{cluster}/approve",
    operation_id = "approveCluster",
    tag = ADMINISTRATION,
    params(ClusterPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "it is ours" })),
    responses((status = 200, description = "The cluster as it is now.", body = api::Cluster)),
    extensions(
        ("x-required-permission" = json!("cluster.approve")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn approve(
    command: Command<ClusterApprove, The<Cluster>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    let tell =
        Tell::<Cluster> { home, id, command: Box::new(|plan| ClusterCommand::Approve { at: plan.now }) };
    command.run(&body.bytes, tell).await
}
