use crate::app::groups::{Move, Verb};
use crate::http::call::{Command, GroupDelete, TheGroup};
use crate::http::documentation::{GroupPath, IDENTITY, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::Group;

/// Delete a group
///
/// Deletes a group that no role binding gives a role to, softly: by its id it is still found, and can be restored.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}/groups/{group}",
    operation_id = "deleteGroup",
    tag = IDENTITY,
    params(GroupPath, WriteParameters),
    responses((status = 200, description = "The group as it is now.", body = Group)),
    extensions(
        ("x-required-permission" = json!("group.write")),
        ("x-problem-codes" = json!(["deletion_protected", "in_use"]))
    )
)]
pub(super) async fn delete(command: Command<GroupDelete, TheGroup>) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id()?);
    command.run(&[], Move { home, id, verb: Verb::Delete }).await
}
