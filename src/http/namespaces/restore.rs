use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, NamespaceRestore, The};
use crate::http::documentation::{ADMINISTRATION, NamespacePath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::namespace::{Namespace, NamespaceCommand};
use api::WithReason;

/// Restore a namespace
///
/// Brings a deleted namespace back as it was, by its id. Its name must be free, and what it holds must fit into the
/// project's quota.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/namespaces/{namespace}/restore",
    operation_id = "restoreNamespace",
    tag = ADMINISTRATION,
    params(NamespacePath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "deleted by mistake" })),
    responses((status = 200, description = "The namespace as it is now.", body = api::Namespace)),
    extensions(
        ("x-required-permission" = json!("namespace.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "quota_exceeded"]))
    )
)]
pub(super) async fn restore(
    command: Command<NamespaceRestore, The<Namespace>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command
        .run(&body.bytes, Tell::<Namespace> { home, id, command: Box::new(|_| NamespaceCommand::Restore) })
        .await
}
