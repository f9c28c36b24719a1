use crate::app::clusters::AssignBlueprint;
use crate::http::body::JsonBody;
use crate::http::call::{ClusterAssignBlueprint, Command, The};
use crate::http::documentation::{ADMINISTRATION, ClusterPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::cluster::Cluster;
use api::VersionReferenceInput;

/// Assign a blueprint to a cluster
///
/// Gives the cluster an active version of a blueprint of the project, or shared with it, and changes nothing else.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/clusters/{cluster}/assign-blueprint",
    operation_id = "assignBlueprintToCluster",
    tag = ADMINISTRATION,
    params(ClusterPath, WriteParameters),
    request_body(content = VersionReferenceInput, example = json!({ "name": "base", "version": "1.2.0" })),
    responses((status = 200, description = "The cluster as it is now.", body = api::Cluster)),
    extensions(
        ("x-required-permission" = json!("cluster.assignBlueprint")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn assign_blueprint(
    command: Command<ClusterAssignBlueprint, The<Cluster>>,
    body: JsonBody<VersionReferenceInput>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    command.run(&body.bytes, AssignBlueprint { home, id, version: body.value }).await
}
