use crate::app::App;
use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{AddonVersionDisable, Command, The};
use crate::http::documentation::{ADMINISTRATION, AddonVersionPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::addon_version::{AddonVersion, AddonVersionCommand};
use api::WithReason;
use axum::extract::State;
use std::sync::Arc;

/// Disable a version of an add-on
///
/// Nothing new can use the version; what uses it goes on, and is named in `status.usedBy` of the reply. Activating it again
/// ends that.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/addons/{addon}/versions/{version}/disable",
    operation_id = "disableAddonVersion",
    tag = ADMINISTRATION,
    params(AddonVersionPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "it has a leak" })),
    responses((status = 200, description = "The version as it is now.", body = api::AddonVersion)),
    extensions(
        ("x-required-permission" = json!("addon.write")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn disable(
    State(app): State<Arc<App>>,
    command: Command<AddonVersionDisable, The<AddonVersion>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    let call = command.call.clone();
    let disable = Tell::<AddonVersion> {
        home,
        id,
        command: Box::new(|plan| AddonVersionCommand::Disable { at: plan.now }),
    };
    let reply = command.run(&body.bytes, disable).await?;
    // What a dry run answers is no document, and stays as it is.
    let mut json = reply.json().to_owned();
    app.add_users(&call, home.home.org, id, &mut json).await?;
    Ok(reply.with_json(json))
}
