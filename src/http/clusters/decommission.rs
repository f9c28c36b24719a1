use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{ClusterDecommission, Command, The};
use crate::http::documentation::{ADMINISTRATION, ClusterPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::cluster::{Cluster, ClusterCommand};
use api::Decommission;

/// Decommission a cluster
///
/// Takes a cluster that nothing uses out of service: its agent cleans up, and then it is deleted. It is deleted at once
/// where no agent has joined, or with `force`, which leaves the agent to whoever runs the cluster.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/clusters/{cluster}/decommission",
    operation_id = "decommissionCluster",
    tag = ADMINISTRATION,
    params(ClusterPath, WriteParameters),
    request_body(content = Decommission, example = json!({ "force": false, "reason": "moved to another region" })),
    responses((status = 200, description = "The cluster as it is now.", body = api::Cluster)),
    extensions(
        ("x-required-permission" = json!("cluster.decommission")),
        ("x-problem-codes" = json!(["deletion_protected", "in_use"]))
    )
)]
pub(super) async fn decommission(
    command: Command<ClusterDecommission, The<Cluster>>,
    body: OptionalJsonBody<Decommission>,
) -> Result<Reply, Problem> {
    let (home, id, force) = (command.place.home, command.place.id, body.value.force);
    let command = command.with_reason(body.value.reason);
    let decommission = Tell::<Cluster> {
        home,
        id,
        command: Box::new(move |plan| ClusterCommand::Decommission { force, at: plan.now }),
    };
    command.run(&body.bytes, decommission).await
}
