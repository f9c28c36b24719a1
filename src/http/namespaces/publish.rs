use crate::app::namespaces::Publish;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, NamespacePublish, The};
use crate::http::documentation::{ADMINISTRATION, NamespacePath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::namespace::Namespace;
use api::WithReason;

/// Publish a namespace
///
/// Puts the namespace on the clusters that its placement selects now, and takes its name there: no other project's
/// namespace of this name can be on them meanwhile. Published again, it follows its placement, and the labels of
/// clusters, as they are then; where they are as they were, nothing happens. It cannot leave a cluster that a published
/// workload of it is on.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/namespaces/{namespace}/publish",
    operation_id = "publishNamespace",
    tag = ADMINISTRATION,
    params(NamespacePath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "the release of the week" })),
    responses((status = 200, description = "The namespace as it is now.", body = api::Namespace)),
    extensions(
        ("x-required-permission" = json!("namespace.publish")),
        ("x-problem-codes" = json!(["name_taken", "in_use", "invalid_state"]))
    )
)]
pub(super) async fn publish(
    command: Command<NamespacePublish, The<Namespace>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command.run(&body.bytes, Publish { home, id }).await
}
