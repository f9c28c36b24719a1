use crate::app::declared::Tell;
use crate::http::call::{Command, GroupDelete, The};
use crate::http::documentation::{GroupPath, IDENTITY, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::group::{Group, GroupCommand};

/// Delete a group
///
/// Deletes a group that no role binding gives a role to, softly: by its id it is still found, and can be restored.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}/groups/{group}",
    operation_id = "deleteGroup",
    tag = IDENTITY,
    params(GroupPath, WriteParameters),
    responses((status = 200, description = "The group as it is now.", body = api::Group)),
    extensions(
        ("x-required-permission" = json!("group.write")),
        ("x-problem-codes" = json!(["deletion_protected", "in_use"]))
    )
)]
pub(super) async fn delete(command: Command<GroupDelete, The<Group>>) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    command.run(&[], Tell::<Group> { home, id, command: Box::new(|_| GroupCommand::Delete) }).await
}
