use crate::app::users::{Move, Verb};
use crate::http::call::{Command, HasMembers, Member, UserRemove};
use crate::http::documentation::{IDENTITY, OrgPath, UserPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::User;

/// Delete a user
///
/// The same as removing it.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}/users/{user}",
    operation_id = "deleteUser",
    tag = IDENTITY,
    params(OrgPath, UserPath, WriteParameters),
    responses((status = 200, description = "The user as it is now.", body = User)),
    extensions(
        ("x-required-permission" = json!("user.remove")),
        ("x-problem-codes" = json!(["invalid_state", "last_admin"]))
    )
)]
pub(super) async fn delete(command: Command<UserRemove, Member>) -> Result<Reply, Problem> {
    let (of, user) = (command.place.of.members(), command.place.user()?);
    command.run(&[], Move { of, user, verb: Verb::Remove(None) }).await
}
