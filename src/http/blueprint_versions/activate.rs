use crate::app::blueprint_versions::Activate;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{BlueprintVersionActivate, Command, The};
use crate::http::documentation::{ADMINISTRATION, BlueprintVersionPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::blueprint_version::BlueprintVersion;
use api::WithReason;

/// Activate a version of a blueprint
///
/// Lets clusters, and versions of other blueprints, use it. From now on it stays as it is for ever. What it uses must be
/// active too. A disabled version is activated again in the same way.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}/versions/{version}/activate",
    operation_id = "activateBlueprintVersion",
    tag = ADMINISTRATION,
    params(BlueprintVersionPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "tested" })),
    responses((status = 200, description = "The version as it is now.", body = api::BlueprintVersion)),
    extensions(
        ("x-required-permission" = json!("blueprint.write")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn activate(
    command: Command<BlueprintVersionActivate, The<BlueprintVersion>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command.run(&body.bytes, Activate { home, id }).await
}
