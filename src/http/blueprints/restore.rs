use crate::app::blueprints::{Move, Verb};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{BlueprintRestore, Command, The};
use crate::http::documentation::{ADMINISTRATION, BlueprintPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::blueprint::Blueprint;
use api::WithReason;

/// Restore a blueprint
///
/// Brings a deleted blueprint back as it was, with its versions, by its id. Its name must be free.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}/restore",
    operation_id = "restoreBlueprint",
    tag = ADMINISTRATION,
    params(BlueprintPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "deleted by mistake" })),
    responses((status = 200, description = "The blueprint as it is now.", body = api::Blueprint)),
    extensions(
        ("x-required-permission" = json!("blueprint.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn restore(
    command: Command<BlueprintRestore, The<Blueprint>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command.run(&body.bytes, Move { home, id, verb: Verb::Restore }).await
}
