use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{AddonVersionActivate, Command, The};
use crate::http::documentation::{ADMINISTRATION, AddonVersionPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::addon_version::{AddonVersion, AddonVersionCommand};
use api::WithReason;

/// Activate a version of an add-on
///
/// Lets blueprints use the version. From now on it is what it is for ever, and its name is taken for ever. A disabled
/// version can be used again.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/addons/{addon}/versions/{version}/activate",
    operation_id = "activateAddonVersion",
    tag = ADMINISTRATION,
    params(AddonVersionPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "the release of the week" })),
    responses((status = 200, description = "The version as it is now.", body = api::AddonVersion)),
    extensions(
        ("x-required-permission" = json!("addon.write")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn activate(
    command: Command<AddonVersionActivate, The<AddonVersion>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command
        .run(
            &body.bytes,
            Tell::<AddonVersion> {
                home,
                id,
                command: Box::new(|plan| AddonVersionCommand::Activate { at: plan.now }),
            },
        )
        .await
}
