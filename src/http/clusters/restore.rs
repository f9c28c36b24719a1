use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{ClusterRestore, Command, The};
use crate::http::documentation::{ADMINISTRATION, ClusterPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::cluster::{Cluster, ClusterCommand};
use api::WithReason;

/// Restore a cluster
///
/// Brings a deleted cluster back, by its id: with what was set, and without its agent, which has to join anew. Its name
/// must be free, and the version of a blueprint that it has active.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/clusters/{cluster}/restore",
    operation_id = "restoreCluster",
    tag = ADMINISTRATION,
    params(ClusterPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "deleted by mistake" })),
    responses((status = 200, description = "The cluster as it is now.", body = api::Cluster)),
    extensions(
        ("x-required-permission" = json!("cluster.create")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn restore(
    command: Command<ClusterRestore, The<Cluster>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    let tell =
        Tell::<Cluster> { home, id, command: Box::new(|plan| ClusterCommand::Restore { at: plan.now }) };
    command.run(&body.bytes, tell).await
}
