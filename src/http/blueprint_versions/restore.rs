use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{BlueprintVersionRestore, Command, The};
use crate::http::documentation::{ADMINISTRATION, BlueprintVersionPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::blueprint_version::{BlueprintVersion, BlueprintVersionCommand};
use api::WithReason;

/// Restore a version of a blueprint
///
/// Brings a deleted draft back as it was, by its id. Its name must be free, and what it uses active.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}/versions/{version}/restore",
    operation_id = "restoreBlueprintVersion",
    tag = ADMINISTRATION,
    params(BlueprintVersionPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "deleted by mistake" })),
    responses((status = 200, description = "The version as it is now.", body = api::BlueprintVersion)),
    extensions(
        ("x-required-permission" = json!("blueprint.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn restore(
    command: Command<BlueprintVersionRestore, The<BlueprintVersion>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command
        .run(
            &body.bytes,
            Tell::<BlueprintVersion> { home, id, command: Box::new(|_| BlueprintVersionCommand::Restore) },
        )
        .await
}
