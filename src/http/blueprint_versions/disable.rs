use crate::app::App;
use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{BlueprintVersionDisable, Command, The};
use crate::http::documentation::{ADMINISTRATION, BlueprintVersionPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::blueprint_version::{BlueprintVersion, BlueprintVersionCommand};
use api::WithReason;
use axum::extract::State;
use std::sync::Arc;

/// Disable a version of a blueprint
///
/// Keeps everything from beginning to use it, and does nothing to what uses it already, which `status.usedBy` names as far
/// as the caller may see it.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}/versions/{version}/disable",
    operation_id = "disableBlueprintVersion",
    tag = ADMINISTRATION,
    params(BlueprintVersionPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "replaced by 1.3.0" })),
    responses((status = 200, description = "The version as it is now.", body = api::BlueprintVersion)),
    extensions(
        ("x-required-permission" = json!("blueprint.write")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn disable(
    State(app): State<Arc<App>>,
    command: Command<BlueprintVersionDisable, The<BlueprintVersion>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    let (call, is_dry_run) = (command.call.clone(), command.call.conditions.dry_run);
    let disable = Tell::<BlueprintVersion> {
        home,
        id,
        command: Box::new(|plan| BlueprintVersionCommand::Disable { at: plan.now }),
    };
    let reply = command.run(&body.bytes, disable).await?;
    if is_dry_run {
        return Ok(reply);
    }
    let mut json = reply.json().to_owned();
    app.add_uses(&call, home.home.org, id, &mut json).await?;
    Ok(reply.with_json(json))
}
