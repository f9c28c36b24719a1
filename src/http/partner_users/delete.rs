use crate::app::users::{Move, Verb};
use crate::http::call::{Command, HasMembers, Member, PartnerUserRemove, ThePartner};
use crate::http::documentation::{IDENTITY, PartnerPath, UserPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::User;

/// Delete one of a partner's staff
///
/// The same as removing it.
#[utoipa::path(
    delete,
    path = "/v1/partners/{partner}/users/{user}",
    operation_id = "deletePartnerUser",
    tag = IDENTITY,
    params(PartnerPath, UserPath, WriteParameters),
    responses((status = 200, description = "The user as it is now.", body = User)),
    extensions(
        ("x-required-permission" = json!("partnerUser.write")),
        ("x-problem-codes" = json!(["invalid_state", "last_admin"]))
    )
)]
pub(super) async fn delete(
    command: Command<PartnerUserRemove, Member<ThePartner>>,
) -> Result<Reply, Problem> {
    let (of, user) = (command.place.of.members(), command.place.user()?);
    command.run(&[], Move { of, user, verb: Verb::Remove(None) }).await
}
