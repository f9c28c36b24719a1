use crate::app::users::{Move, Verb};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, HasMembers, Member, UserSuspend};
use crate::http::documentation::{IDENTITY, OrgPath, UserPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{User, WithReason};

/// Suspend a user
///
/// Keeps the user from acting here, at once. Its keys end with it; what it is elsewhere is untouched. Suspending one
/// that is suspended already changes nothing.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/users/{user}/suspend",
    operation_id = "suspendUser",
    tag = IDENTITY,
    params(OrgPath, UserPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "left the company" })),
    responses((status = 200, description = "The user as it is now.", body = User)),
    extensions(
        ("x-required-permission" = json!("user.suspend")),
        ("x-problem-codes" = json!(["invalid_state", "last_admin"]))
    )
)]
pub(super) async fn suspend(
    command: Command<UserSuspend, Member>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (of, user) = (command.place.of.members(), command.place.user()?);
    command.run(&body.bytes, Move { of, user, verb: Verb::Suspend(body.value.reason) }).await
}
