use crate::app::declared::Tell;
use crate::http::call::{AddonDelete, Command, The};
use crate::http::documentation::{ADMINISTRATION, AddonPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::addon::{Addon, AddonCommand};

/// Delete an add-on
///
/// Deletes an add-on softly, with its versions: by its id it is still found, and can be restored with them. While a
/// blueprint uses one of its versions, it is in use.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}/projects/{project}/addons/{addon}",
    operation_id = "deleteAddon",
    tag = ADMINISTRATION,
    params(AddonPath, WriteParameters),
    responses((status = 200, description = "The add-on as it is now.", body = api::Addon)),
    extensions(
        ("x-required-permission" = json!("addon.write")),
        ("x-problem-codes" = json!(["deletion_protected", "in_use"]))
    )
)]
pub(super) async fn delete(command: Command<AddonDelete, The<Addon>>) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    command.run(&[], Tell::<Addon> { home, id, command: Box::new(|_| AddonCommand::Delete) }).await
}
