use crate::app::declared::Create;
use crate::app::home::InProject;
use crate::http::body::JsonBody;
use crate::http::call::{ClusterCreate, Command, Houses, TheProject};
use crate::http::documentation::{ADMINISTRATION, ProjectPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::cluster::Cluster;
use api::ClusterInput;

/// Create a cluster
///
/// Makes a cluster in the project. It waits for an agent, which joins by the manifest that `/bootstrap` answers with.
/// `spec.proxy.password` is write-only.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/clusters",
    operation_id = "createCluster",
    tag = ADMINISTRATION,
    params(ProjectPath, WriteParameters),
    request_body(content = ClusterInput, example = json!({
        "metadata": { "name": "prod-eu-1", "labels": { "env": "prod" } },
        "spec": {
            "type": "imported", "provider": "EKS", "environment": "CLOUD", "location": "eu-west-1",
            "sharing": { "mode": "none" }, "proxy": null
        }
    })),
    responses((status = 201, description = "The cluster was made.", body = api::Cluster)),
    extensions(
        ("x-required-permission" = json!("cluster.create")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn create(
    command: Command<ClusterCreate, TheProject>,
    body: JsonBody<ClusterInput>,
) -> Result<Reply, Problem> {
    let home: InProject = command.place.home();
    let collection = format!("/v1/orgs/{}/projects/{}/clusters", home.org, home.project);
    let reply = command.run(&body.bytes, Create::<Cluster> { home, input: body.value }).await?;
    Ok(reply.found_in(&collection))
}
