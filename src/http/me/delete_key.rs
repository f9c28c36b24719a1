use crate::app::keys::{End, EndKey};
use crate::http::call::{Command, OwnKey, OwnKeyRevoke};
use crate::http::documentation::{IDENTITY, KeyPath, WriteParameters};
use crate::http::member_lists::NamesKey;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::ApiKey;

/// Delete an access key of one's own
///
/// Ends the key, if it still works, and puts it out of sight. By its id it is still found.
#[utoipa::path(
    delete,
    path = "/v1/me/api-keys/{key}",
    operation_id = "deleteOwnApiKey",
    tag = IDENTITY,
    params(KeyPath, WriteParameters),
    responses((status = 200, description = "The access key as it is now.", body = ApiKey)),
    extensions(("x-required-permission" = json!("apiKey.own")))
)]
pub(super) async fn delete_key(command: Command<OwnKeyRevoke, OwnKey>) -> Result<Reply, Problem> {
    let (of, key) = command.place.named()?;
    command.run(&[], EndKey { of, key, end: End::Delete }).await
}
