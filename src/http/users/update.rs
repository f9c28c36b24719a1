use crate::app::users::Update;
use crate::http::body::MergePatch;
use crate::http::call::{Command, HasMembers, Member, UserUpdate};
use crate::http::documentation::{IDENTITY, OrgPath, UserPath, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{User, UserInput};

/// Update a user
///
/// Sets names and roles as the merge patch (RFC 7396) says. The e-mail address and the kind of access stay. Nobody
/// gives a role that exceeds its own.
#[utoipa::path(
    patch,
    path = "/v1/orgs/{org}/users/{user}",
    operation_id = "updateUser",
    tag = IDENTITY,
    params(OrgPath, UserPath, WriteParameters),
    request_body(
        content = UserInput,
        content_type = "application/merge-patch+json",
        example = json!({ "spec": { "roles": ["ORG_ADMIN"] } })
    ),
    responses((status = 200, description = "The user as it is now.", body = User)),
    extensions(
        ("x-required-permission" = json!("user.update")),
        ("x-problem-codes" = json!(["invalid_state", "last_admin", "grant_exceeds_own", "immutable_field"]))
    )
)]
pub(super) async fn update(
    command: Command<UserUpdate, Member>,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (of, user, body) = (command.place.of.members(), command.place.user()?, patch.bytes.clone());
    command.run(&body, Update { of, user, edit: edit::patch(patch) }).await
}
