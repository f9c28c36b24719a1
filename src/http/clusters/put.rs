use crate::http::body::JsonBody;
use crate::http::call::{ClusterCreate, ClusterUpdate, PutCommand};
use crate::http::documentation::{ADMINISTRATION, ClusterPath, PutHeaders, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::cluster::Cluster;
use api::ClusterInput;

/// Create or replace a cluster
///
/// Makes the cluster what the body says: makes it where no live one has the name, else sets all of its spec. What is as
/// the body says already stays as it is. `spec.proxy.password` is kept where it is left out, and cleared by `null`.
#[utoipa::path(
    put,
    path = "/v1/orgs/{org}/projects/{project}/clusters/{cluster}",
    operation_id = "putCluster",
    tag = ADMINISTRATION,
    params(ClusterPath, WriteParameters, PutHeaders),
    request_body(content = ClusterInput, example = json!({
        "metadata": { "name": "prod-eu-1", "labels": { "env": "prod" } },
        "spec": {
            "provider": "EKS", "location": "eu-west-1", "sharing": { "mode": "all" },
            "proxy": { "httpsProxy": "http://proxy.acme.test:3128", "noProxy": [".svc"], "user": "egress" }
        }
    })),
    responses(
        (status = 200, description = "The cluster as it is now.", body = api::Cluster),
        (status = 201, description = "The cluster was made.", body = api::Cluster)
    ),
    extensions(
        ("x-required-permission" = json!("cluster.create")),
        ("x-required-permission-to-replace" = json!("cluster.update")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn put(
    command: PutCommand<ClusterCreate, ClusterUpdate, Cluster>,
    body: JsonBody<ClusterInput>,
) -> Result<Reply, Problem> {
    let home = command.home();
    let collection = format!("/v1/orgs/{}/projects/{}/clusters", home.org, home.project);
    command.run(body, &collection).await
}
