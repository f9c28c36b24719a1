use crate::app::groups::Restore;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, GroupRestore, The};
use crate::http::documentation::{GroupPath, IDENTITY, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::group::Group;
use api::WithReason;

/// Restore a group
///
/// Brings a deleted group back, with those of its members that are still users of the org.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/groups/{group}/restore",
    operation_id = "restoreGroup",
    tag = IDENTITY,
    params(GroupPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "deleted by mistake" })),
    responses((status = 200, description = "The group as it is now.", body = api::Group)),
    extensions(
        ("x-required-permission" = json!("group.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn restore(
    command: Command<GroupRestore, The<Group>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command.run(&body.bytes, Restore { home, id }).await
}
