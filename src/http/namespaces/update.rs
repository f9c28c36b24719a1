use crate::app::declared::Update;
use crate::http::body::MergePatch;
use crate::http::call::{Command, NamespaceUpdate, The};
use crate::http::documentation::{ADMINISTRATION, NamespacePath, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::namespace::Namespace;
use api::NamespaceInput;

/// Update a namespace
///
/// Sets what the merge patch (RFC 7396) names. Labels, annotations, quota and limit range take effect at once; a changed
/// placement when it is published again. A quota that does not fit into the project's is refused.
#[utoipa::path(
    patch,
    path = "/v1/orgs/{org}/projects/{project}/namespaces/{namespace}",
    operation_id = "updateNamespace",
    tag = ADMINISTRATION,
    params(NamespacePath, WriteParameters),
    request_body(
        content = NamespaceInput,
        content_type = "application/merge-patch+json",
        example = json!({ "spec": { "quota": { "pods": 60 } } })
    ),
    responses((status = 200, description = "The namespace as it is now.", body = api::Namespace)),
    extensions(
        ("x-required-permission" = json!("namespace.write")),
        ("x-problem-codes" = json!(["invalid_state", "quota_exceeded", "immutable_field"]))
    )
)]
pub(super) async fn update(
    command: Command<NamespaceUpdate, The<Namespace>>,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let body = patch.bytes.clone();
    command.run(&body, Update::<Namespace> { home, id, edit: edit::patch(patch) }).await
}
