use crate::app::declared::Create;
use crate::http::body::JsonBody;
use crate::http::call::{Bindings, Command, RoleBindingCreate};
use crate::http::documentation::{IDENTITY, OrgPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::role_binding::RoleBinding as Binding;
use api::{RoleBinding, RoleBindingInput};

/// Create a role binding
///
/// Gives a role to a user or a group: on the org (`scope.project` is `null`, and needs `roleBinding.writeOrg`), on a
/// project, or on some of its namespaces. Nobody gives more than they have, in role, scope or time. One of the partner's
/// staff can be let in for at most eight hours; where the org's setting `allowBreakGlass` is on, the partner's admins may
/// do that for themselves and say why. Every entry made by such a binding is marked with its id.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/role-bindings",
    operation_id = "createRoleBinding",
    tag = IDENTITY,
    params(OrgPath, WriteParameters),
    request_body(content = RoleBindingInput, example = json!({
        "metadata": { "name": "dev-team" },
        "spec": {
            "role": "PROJECT_ADMIN",
            "subject": { "kind": "Group", "name": "dev" },
            "scope": { "project": "payments", "namespaces": [] },
            "expiresAt": null
        }
    })),
    responses((status = 201, description = "The role binding was made.", body = RoleBinding)),
    extensions(
        ("x-required-permission" = json!("roleBinding.writeProject")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "grant_exceeds_own"]))
    )
)]
pub(super) async fn create(
    command: Command<RoleBindingCreate, Bindings>,
    body: JsonBody<RoleBindingInput>,
) -> Result<Reply, Problem> {
    let home = command.place.home;
    let reply = command.run(&body.bytes, Create::<Binding> { home, input: body.value }).await?;
    Ok(reply.found_in(&format!("/v1/orgs/{}/role-bindings", home.org)))
}
