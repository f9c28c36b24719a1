use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{AddonVersionRestore, Command, The};
use crate::http::documentation::{ADMINISTRATION, AddonVersionPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::addon_version::{AddonVersion, AddonVersionCommand};
use api::WithReason;

/// Restore a draft of a version
///
/// Brings a deleted draft back as it was, by its id. Its name must be free.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/addons/{addon}/versions/{version}/restore",
    operation_id = "restoreAddonVersion",
    tag = ADMINISTRATION,
    params(AddonVersionPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "deleted by mistake" })),
    responses((status = 200, description = "The version as it is now.", body = api::AddonVersion)),
    extensions(
        ("x-required-permission" = json!("addon.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn restore(
    command: Command<AddonVersionRestore, The<AddonVersion>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command
        .run(
            &body.bytes,
            Tell::<AddonVersion> { home, id, command: Box::new(|_| AddonVersionCommand::Restore) },
        )
        .await
}
