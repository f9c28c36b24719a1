use crate::app::keys::{End, EndKey};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, KeyRevoke, TheKey};
use crate::http::documentation::{IDENTITY, KeyPath, OrgPath, WriteParameters};
use crate::http::member_lists::NamesKey;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{ApiKey, WithReason};

/// Revoke an access key
///
/// Ends the key at once. Revoking one that has been revoked already changes nothing.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/api-keys/{key}/revoke",
    operation_id = "revokeApiKey",
    tag = IDENTITY,
    params(OrgPath, KeyPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "leaked" })),
    responses((status = 200, description = "The access key as it is now.", body = ApiKey)),
    extensions(("x-required-permission" = json!("apiKey.revokeOthers")))
)]
pub(super) async fn revoke(
    command: Command<KeyRevoke, TheKey>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (of, key) = command.place.named()?;
    command.run(&body.bytes, EndKey { of, key, end: End::Revoke(body.value.reason) }).await
}
