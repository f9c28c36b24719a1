use crate::app::users::{Move, Verb};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, HasMembers, Member, PartnerUserReactivate, ThePartner};
use crate::http::documentation::{IDENTITY, PartnerPath, UserPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{User, WithReason};

/// Reactivate one of a partner's staff
///
/// Lets a suspended user act again. Its keys stay ended: issue new ones.
#[utoipa::path(
    post,
    path = "/v1/partners/{partner}/users/{user}/reactivate",
    operation_id = "reactivatePartnerUser",
    tag = IDENTITY,
    params(PartnerPath, UserPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "left the company" })),
    responses((status = 200, description = "The user as it is now.", body = User)),
    extensions(
        ("x-required-permission" = json!("partnerUser.write")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn reactivate(
    mut command: Command<PartnerUserReactivate, Member<ThePartner>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (of, user) = (command.place.of.members(), command.place.user()?);
    command.call.origin.reason = command.call.origin.reason.or(body.value.reason);
    command.run(&body.bytes, Move { of, user, verb: Verb::Reactivate }).await
}
