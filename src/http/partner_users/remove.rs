use crate::app::users::{Move, Verb};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, HasMembers, Member, PartnerUserRemove, ThePartner};
use crate::http::documentation::{IDENTITY, PartnerPath, UserPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{User, WithReason};

/// Remove one of a partner's staff
///
/// Takes the user out, and ends its keys. What it is elsewhere is untouched. Adding it again keeps its id.
#[utoipa::path(
    post,
    path = "/v1/partners/{partner}/users/{user}/remove",
    operation_id = "removePartnerUser",
    tag = IDENTITY,
    params(PartnerPath, UserPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "left the company" })),
    responses((status = 200, description = "The user as it is now.", body = User)),
    extensions(
        ("x-required-permission" = json!("partnerUser.write")),
        ("x-problem-codes" = json!(["invalid_state", "last_admin"]))
    )
)]
pub(super) async fn remove(
    command: Command<PartnerUserRemove, Member<ThePartner>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (of, user) = (command.place.of.members(), command.place.user()?);
    command.run(&body.bytes, Move { of, user, verb: Verb::Remove(body.value.reason) }).await
}
