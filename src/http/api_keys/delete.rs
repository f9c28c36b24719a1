use crate::app::keys::{End, EndKey};
use crate::http::call::{Command, KeyRevoke, TheKey};
use crate::http::documentation::{IDENTITY, KeyPath, OrgPath, WriteParameters};
use crate::http::member_lists::NamesKey;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::ApiKey;

/// Delete an access key
///
/// Ends the key, if it still works, and puts it out of sight. By its id it is still found.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}/api-keys/{key}",
    operation_id = "deleteApiKey",
    tag = IDENTITY,
    params(OrgPath, KeyPath, WriteParameters),
    responses((status = 200, description = "The access key as it is now.", body = ApiKey)),
    extensions(("x-required-permission" = json!("apiKey.revokeOthers")))
)]
pub(super) async fn delete(command: Command<KeyRevoke, TheKey>) -> Result<Reply, Problem> {
    let (of, key) = command.place.named()?;
    command.run(&[], EndKey { of, key, end: End::Delete }).await
}
