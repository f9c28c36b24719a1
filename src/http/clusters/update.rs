use crate::app::declared::Update;
use crate::http::body::MergePatch;
use crate::http::call::{ClusterUpdate, Command, The};
use crate::http::documentation::{ADMINISTRATION, ClusterPath, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::cluster::Cluster;
use api::ClusterInput;

/// What no reply shows, so that a patch can only clear it by saying so.
const WRITE_ONLY: &[&str] = &["/spec/proxy/password"];

/// Update a cluster
///
/// Sets what the merge patch (RFC 7396) names. `spec.proxy.password` stays as it is unless it is named; `null` clears it.
#[utoipa::path(
    patch,
    path = "/v1/orgs/{org}/projects/{project}/clusters/{cluster}",
    operation_id = "updateCluster",
    tag = ADMINISTRATION,
    params(ClusterPath, WriteParameters),
    request_body(
        content = ClusterInput,
        content_type = "application/merge-patch+json",
        example = json!({ "metadata": { "labels": { "env": "prod" } }, "spec": { "autoApprove": true } })
    ),
    responses((status = 200, description = "The cluster as it is now.", body = api::Cluster)),
    extensions(
        ("x-required-permission" = json!("cluster.update")),
        ("x-problem-codes" = json!(["invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn update(
    command: Command<ClusterUpdate, The<Cluster>>,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let body = patch.bytes.clone();
    let edit = edit::patch_with_write_only(patch, WRITE_ONLY);
    command.run(&body, Update::<Cluster> { home, id, edit }).await
}
