use crate::app::erasing::Erase;
use crate::http::body::JsonBody;
use crate::http::call::{Command, HasMembers, Member, Place, UserErase};
use crate::http::documentation::{IDENTITY, OrgPath, UserPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::User;

/// Erase a user
///
/// Takes the user out, where it is in, and destroys the key that its personal data is sealed under: address, names, where its
/// requests came from and the reasons it gave are gone from the org for good, history and audit trail included, and `[erased]` is
/// shown in their place. What it did stays, under its id, and every proof still verifies. What it is in other orgs is
/// untouched; with the last of its memberships its address is free. `confirm` says once more who is meant. Erasing one
/// that is erased already changes nothing.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/users/{user}/erase",
    operation_id = "eraseUser",
    tag = IDENTITY,
    params(OrgPath, UserPath, WriteParameters),
    request_body(content = api::Erase, example = json!({ "confirm": "ci@acme.test", "reason": "asked to be forgotten" })),
    responses((status = 200, description = "The user as it is now.", body = User)),
    extensions(
        ("x-required-permission" = json!("user.erase")),
        ("x-problem-codes" = json!(["last_admin"]))
    )
)]
pub(super) async fn erase(
    command: Command<UserErase, Member>,
    body: JsonBody<api::Erase>,
) -> Result<Reply, Problem> {
    let (of, user, counting) = (command.place.of.members(), command.place.user()?, command.place.counting());
    let (app, call) = command.with_reason(body.value.reason).into_parts(&body.bytes);
    let done = app.erase(call, Erase { of, user, confirm: body.value.confirm }).await?;
    Reply::from_done(&app, done, counting).await
}
