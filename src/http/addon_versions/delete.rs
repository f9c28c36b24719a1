use crate::app::declared::Tell;
use crate::http::call::{AddonVersionDelete, Command, The};
use crate::http::documentation::{ADMINISTRATION, AddonVersionPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::addon_version::{AddonVersion, AddonVersionCommand};

/// Delete a draft of a version
///
/// Deletes a draft softly; its name is free again. A version that was activated stays for ever, and can be disabled.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}/projects/{project}/addons/{addon}/versions/{version}",
    operation_id = "deleteAddonVersion",
    tag = ADMINISTRATION,
    params(AddonVersionPath, WriteParameters),
    responses((status = 200, description = "The version as it is now.", body = api::AddonVersion)),
    extensions(
        ("x-required-permission" = json!("addon.write")),
        ("x-problem-codes" = json!(["deletion_protected", "invalid_state"]))
    )
)]
pub(super) async fn delete(
    command: Command<AddonVersionDelete, The<AddonVersion>>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    command
        .run(&[], Tell::<AddonVersion> { home, id, command: Box::new(|_| AddonVersionCommand::Delete) })
        .await
}
