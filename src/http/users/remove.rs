use crate::app::users::{Move, Verb};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, HasMembers, Member, UserRemove};
use crate::http::documentation::{IDENTITY, OrgPath, UserPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{User, WithReason};

/// Remove a user
///
/// Takes the user out, and ends its keys. What it is elsewhere is untouched. Adding it again keeps its id.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/users/{user}/remove",
    operation_id = "removeUser",
    tag = IDENTITY,
    params(OrgPath, UserPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "left the company" })),
    responses((status = 200, description = "The user as it is now.", body = User)),
    extensions(
        ("x-required-permission" = json!("user.remove")),
        ("x-problem-codes" = json!(["invalid_state", "last_admin"]))
    )
)]
pub(super) async fn remove(
    command: Command<UserRemove, Member>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (of, user) = (command.place.of.members(), command.place.user()?);
    command.run(&body.bytes, Move { of, user, verb: Verb::Remove(body.value.reason) }).await
}
