use crate::app::users::{Move, Verb};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, HasMembers, Member, UserReactivate};
use crate::http::documentation::{IDENTITY, OrgPath, UserPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{User, WithReason};

/// Reactivate a user
///
/// Lets a suspended user act again. Its keys stay ended: issue new ones.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/users/{user}/reactivate",
    operation_id = "reactivateUser",
    tag = IDENTITY,
    params(OrgPath, UserPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "left the company" })),
    responses((status = 200, description = "The user as it is now.", body = User)),
    extensions(
        ("x-required-permission" = json!("user.reactivate")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn reactivate(
    mut command: Command<UserReactivate, Member>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (of, user) = (command.place.of.members(), command.place.user()?);
    command.call.origin.reason = command.call.origin.reason.or(body.value.reason);
    command.run(&body.bytes, Move { of, user, verb: Verb::Reactivate }).await
}
