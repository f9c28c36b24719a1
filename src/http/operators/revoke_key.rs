use crate::app::keys::{End, EndKey};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, OperatorKeyRevoke, Platform, TheKey};
use crate::http::documentation::{IDENTITY, KeyPath, UserPath, WriteParameters};
use crate::http::member_lists::NamesKey;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{ApiKey, WithReason};

/// Revoke an access key of an operator
///
/// Ends the key at once. Revoking one that has been revoked already changes nothing.
#[utoipa::path(
    post,
    path = "/v1/operators/{user}/api-keys/{key}/revoke",
    operation_id = "revokeOperatorApiKey",
    tag = IDENTITY,
    params(UserPath, KeyPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "leaked" })),
    responses((status = 200, description = "The access key as it is now.", body = ApiKey)),
    extensions(("x-required-permission" = json!("operator.write")))
)]
pub(super) async fn revoke_key(
    command: Command<OperatorKeyRevoke, TheKey<Platform>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (of, key) = command.place.named()?;
    command.run(&body.bytes, EndKey { of, key, end: End::Revoke(body.value.reason) }).await
}
