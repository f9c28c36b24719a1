use crate::app::Refused;
use crate::app::role_bindings::Put;
use crate::http::body::JsonBody;
use crate::http::call::{Command, RoleBindingPut, TheBinding};
use crate::http::documentation::{IDENTITY, RoleBindingPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::{IfNoneMatch, RequestContext};
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
    params(RoleBindingPath, WriteParameters),
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
    context: RequestContext,
    body: JsonBody<RoleBindingInput>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.among.home, command.place.there());
    match (&command.place.which, id) {
        (Some(NameOrId::Name(name)), _) if *name == body.value.metadata.name => {}
        (Some(NameOrId::Name(_)), _) => return Err(name_differs().into()),
        (Some(NameOrId::Id(_)), Some(_)) => {}
        (Some(NameOrId::Id(_)) | None, _) => return Err(Refused::NotFound.into()),
    }
    let only_create = context.if_none_match == Some(IfNoneMatch::Any);
    let reply = command.run(&body.bytes, Put { home, id, only_create, input: body.value }).await?;
    Ok(reply.found_in(&format!("/v1/orgs/{}/role-bindings", home.org)))
}

fn name_differs() -> Refused {
    Refused::Invalid {
        pointer: "/metadata/name",
        code: "name_differs",
        detail: "must be the name that the path names".to_owned(),
    }
}
