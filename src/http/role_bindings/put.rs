use crate::app::Refused;
use crate::app::declared::{Put, PutRights};
use crate::authz::Permission;
use crate::http::body::JsonBody;
use crate::http::call::{Command, RoleBindingPut, TheBinding};
use crate::http::documentation::{IDENTITY, PutHeaders, RoleBindingPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::role_binding::RoleBinding as Binding;
use api::{RoleBinding, RoleBindingInput};
use values::NameOrId;

/// Create or replace a role binding
///
/// Makes the role binding what the body says: makes it where no live one has the name, else sets all of its spec. What is
/// as the body says already stays as it is.
#[utoipa::path(
    put,
    path = "/v1/orgs/{org}/role-bindings/{binding}",
    operation_id = "putRoleBinding",
    tag = IDENTITY,
    params(RoleBindingPath, WriteParameters, PutHeaders),
    request_body(content = RoleBindingInput, example = json!({
        "metadata": { "name": "dev-team" },
        "spec": {
            "role": "PROJECT_ADMIN",
            "subject": { "kind": "Group", "name": "dev" },
            "scope": { "project": "payments", "namespaces": [] },
            "expiresAt": null
        }
    })),
    responses(
        (status = 200, description = "The role binding as it is now.", body = RoleBinding),
        (status = 201, description = "The role binding was made.", body = RoleBinding)
    ),
    extensions(
        ("x-required-permission" = json!("roleBinding.writeProject")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "grant_exceeds_own", "immutable_field"]))
    )
)]
pub(super) async fn put(
    command: Command<RoleBindingPut, TheBinding>,
    body: JsonBody<RoleBindingInput>,
) -> Result<Reply, Problem> {
    let home = command.place.among.home;
    let which = command.place.which.as_ref().ok_or(Refused::NotFound)?;
    // One that the caller may not see is not there.
    if matches!(which, NameOrId::Id(_)) && command.place.there().is_none() {
        return Err(Refused::NotFound.into());
    }
    let which = which.to_string();
    let right = Permission::RoleBindingWriteProject;
    let rights = PutRights { create: right, update: right };
    let put = Put::<Binding> { home, which, rights, input: body.value };
    Ok(command.run(&body.bytes, put).await?.found_in(&format!("/v1/orgs/{}/role-bindings", home.org)))
}
