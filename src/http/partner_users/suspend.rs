use crate::app::users::{Move, Verb};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, HasMembers, Member, PartnerUserSuspend, ThePartner};
use crate::http::documentation::{IDENTITY, PartnerPath, UserPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{User, WithReason};

/// Suspend one of a partner's staff
///
/// Keeps the user from acting here, at once. Its keys end with it; what it is elsewhere is untouched. Suspending one
/// that is suspended already changes nothing.
#[utoipa::path(
    post,
    path = "/v1/partners/{partner}/users/{user}/suspend",
    operation_id = "suspendPartnerUser",
    tag = IDENTITY,
    params(PartnerPath, UserPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "left the company" })),
    responses((status = 200, description = "The user as it is now.", body = User)),
    extensions(
        ("x-required-permission" = json!("partnerUser.write")),
        ("x-problem-codes" = json!(["invalid_state", "last_admin"]))
    )
)]
pub(super) async fn suspend(
    command: Command<PartnerUserSuspend, Member<ThePartner>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (of, user) = (command.place.of.members(), command.place.user()?);
    command.run(&body.bytes, Move { of, user, verb: Verb::Suspend(body.value.reason) }).await
}
