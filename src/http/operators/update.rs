use crate::app::users::Update;
use crate::http::body::MergePatch;
use crate::http::call::{Command, HasMembers, Member, OperatorUpdate, Platform};
use crate::http::documentation::{IDENTITY, UserPath, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{User, UserInput};

/// Update an operator
///
/// Sets names and roles as the merge patch (RFC 7396) says. The e-mail address and the kind of access stay. Nobody
/// gives a role that exceeds its own.
#[utoipa::path(
    patch,
    path = "/v1/operators/{user}",
    operation_id = "updateOperator",
    tag = IDENTITY,
    params(UserPath, WriteParameters),
    request_body(
        content = UserInput,
        content_type = "application/merge-patch+json",
        example = json!({ "spec": { "roles": ["OPERATOR"] } })
    ),
    responses((status = 200, description = "The user as it is now.", body = User)),
    extensions(
        ("x-required-permission" = json!("operator.write")),
        ("x-problem-codes" = json!(["invalid_state", "last_admin", "grant_exceeds_own", "immutable_field"]))
    )
)]
pub(super) async fn update(
    command: Command<OperatorUpdate, Member<Platform>>,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (of, user, body) = (command.place.of.members(), command.place.user()?, patch.bytes.clone());
    command.run(&body, Update { of, user, edit: edit::patch(patch) }).await
}
