use crate::app::declared::Tell;
use crate::http::call::{ClusterDelete, Command, The};
use crate::http::documentation::{ADMINISTRATION, ClusterPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::cluster::{Cluster, ClusterCommand};

/// Delete a cluster
///
/// Deletes a cluster that no agent has joined and that nothing uses, softly: by its id it is still found, and can be
/// restored. Its name is free again. One that an agent has joined is decommissioned instead.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}/projects/{project}/clusters/{cluster}",
    operation_id = "deleteCluster",
    tag = ADMINISTRATION,
    params(ClusterPath, WriteParameters),
    responses((status = 200, description = "The cluster as it is now.", body = api::Cluster)),
    extensions(
        ("x-required-permission" = json!("cluster.delete")),
        ("x-problem-codes" = json!(["invalid_state", "deletion_protected", "in_use"]))
    )
)]
pub(super) async fn delete(command: Command<ClusterDelete, The<Cluster>>) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    command.run(&[], Tell::<Cluster> { home, id, command: Box::new(|_| ClusterCommand::Delete) }).await
}
