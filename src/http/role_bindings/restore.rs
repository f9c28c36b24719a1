use crate::app::role_bindings::{Move, Verb};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, RoleBindingRestore, TheBinding};
use crate::http::documentation::{IDENTITY, RoleBindingPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{RoleBinding, WithReason};

/// Restore a role binding
///
/// Gives the role again that a deleted binding gave. Whoever restores it must be able to give it.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/role-bindings/{binding}/restore",
    operation_id = "restoreRoleBinding",
    tag = IDENTITY,
    params(RoleBindingPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "deleted by mistake" })),
    responses((status = 200, description = "The role binding as it is now.", body = RoleBinding)),
    extensions(
        ("x-required-permission" = json!("roleBinding.writeProject")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "grant_exceeds_own"]))
    )
)]
pub(super) async fn restore(
    command: Command<RoleBindingRestore, TheBinding>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.among.home, command.place.id()?);
    let command = command.with_reason(body.value.reason);
    command.run(&body.bytes, Move { home, id, verb: Verb::Restore }).await
}
