use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, NamespaceUnpublish, The};
use crate::http::documentation::{ADMINISTRATION, NamespacePath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::namespace::{Namespace, NamespaceCommand};
use api::WithReason;

/// Unpublish a namespace
///
/// Takes the namespace off its clusters, where its name is free again. While workloads are published in it, this is
/// refused.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/namespaces/{namespace}/unpublish",
    operation_id = "unpublishNamespace",
    tag = ADMINISTRATION,
    params(NamespacePath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "no longer needed" })),
    responses((status = 200, description = "The namespace as it is now.", body = api::Namespace)),
    extensions(
        ("x-required-permission" = json!("namespace.publish")),
        ("x-problem-codes" = json!(["in_use", "invalid_state"]))
    )
)]
pub(super) async fn unpublish(
    command: Command<NamespaceUnpublish, The<Namespace>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    let unpublish = Tell::<Namespace> {
        home,
        id,
        command: Box::new(|plan| NamespaceCommand::Unpublish { at: plan.now }),
    };
    command.run(&body.bytes, unpublish).await
}
