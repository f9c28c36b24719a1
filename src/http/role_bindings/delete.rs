use crate::app::role_bindings::{Move, Verb};
use crate::http::call::{Command, RoleBindingDelete, TheBinding};
use crate::http::documentation::{IDENTITY, RoleBindingPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::RoleBinding;

/// Delete a role binding
///
/// Takes the role back, at once. Deleted softly: by its id the binding is still found, and can be restored.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}/role-bindings/{binding}",
    operation_id = "deleteRoleBinding",
    tag = IDENTITY,
    params(RoleBindingPath, WriteParameters),
    responses((status = 200, description = "The role binding as it is now.", body = RoleBinding)),
    extensions(
        ("x-required-permission" = json!("roleBinding.writeProject")),
        ("x-problem-codes" = json!(["deletion_protected"]))
    )
)]
pub(super) async fn delete(command: Command<RoleBindingDelete, TheBinding>) -> Result<Reply, Problem> {
    let (home, id) = (command.place.among.home, command.place.id()?);
    command.run(&[], Move { home, id, verb: Verb::Delete }).await
}
