use crate::app::declared::Tell;
use crate::http::call::{Command, NamespaceDelete, The};
use crate::http::documentation::{ADMINISTRATION, NamespacePath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::namespace::{Namespace, NamespaceCommand};

/// Delete a namespace
///
/// Deletes a namespace that is not published and that nothing uses, softly: by its id it is still found, and can be
/// restored. Its name and its share of the project's quota are free again.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}/projects/{project}/namespaces/{namespace}",
    operation_id = "deleteNamespace",
    tag = ADMINISTRATION,
    params(NamespacePath, WriteParameters),
    responses((status = 200, description = "The namespace as it is now.", body = api::Namespace)),
    extensions(
        ("x-required-permission" = json!("namespace.write")),
        ("x-problem-codes" = json!(["still_published", "deletion_protected", "in_use"]))
    )
)]
pub(super) async fn delete(command: Command<NamespaceDelete, The<Namespace>>) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    command.run(&[], Tell::<Namespace> { home, id, command: Box::new(|_| NamespaceCommand::Delete) }).await
}
