use crate::app::keys::{End, EndKey};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, OwnKey, OwnKeyRevoke};
use crate::http::documentation::{IDENTITY, KeyPath, WriteParameters};
use crate::http::member_lists::NamesKey;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{ApiKey, WithReason};

/// Revoke an access key of one's own
///
/// Ends the key at once. Revoking one that has been revoked already changes nothing.
#[utoipa::path(
    post,
    path = "/v1/me/api-keys/{key}/revoke",
    operation_id = "revokeOwnApiKey",
    tag = IDENTITY,
    params(KeyPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "leaked" })),
    responses((status = 200, description = "The access key as it is now.", body = ApiKey)),
    extensions(("x-required-permission" = json!("apiKey.own")))
)]
pub(super) async fn revoke_key(
    command: Command<OwnKeyRevoke, OwnKey>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (of, key) = command.place.named()?;
    command.run(&body.bytes, EndKey { of, key, end: End::Revoke(body.value.reason) }).await
}
