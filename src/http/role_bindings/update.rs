use crate::app::declared::Update;
use crate::http::body::MergePatch;
use crate::http::call::{Command, RoleBindingUpdate, TheBinding};
use crate::http::documentation::{IDENTITY, RoleBindingPath, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::role_binding::RoleBinding as Binding;
use api::{RoleBinding, RoleBindingInput};

/// Update a role binding
///
/// Sets what the merge patch (RFC 7396) names. The name stays what it is.
#[utoipa::path(
    patch,
    path = "/v1/orgs/{org}/role-bindings/{binding}",
    operation_id = "updateRoleBinding",
    tag = IDENTITY,
    params(RoleBindingPath, WriteParameters),
    request_body(
        content = RoleBindingInput,
        content_type = "application/merge-patch+json",
        example = json!({ "spec": { "expiresAt": "2030-01-01T00:00:00Z" } })
    ),
    responses((status = 200, description = "The role binding as it is now.", body = RoleBinding)),
    extensions(
        ("x-required-permission" = json!("roleBinding.writeProject")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "grant_exceeds_own", "immutable_field"]))
    )
)]
pub(super) async fn update(
    command: Command<RoleBindingUpdate, TheBinding>,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.among.home, command.place.id()?);
    let body = patch.bytes.clone();
    command.run(&body, Update::<Binding> { home, id, edit: edit::patch(patch) }).await
}
