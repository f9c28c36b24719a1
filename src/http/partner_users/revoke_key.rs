use crate::app::keys::{End, EndKey};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, PartnerUserKeyRevoke, TheKey, ThePartner};
use crate::http::documentation::{IDENTITY, KeyPath, PartnerPath, UserPath, WriteParameters};
use crate::http::member_lists::NamesKey;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{ApiKey, WithReason};

/// Revoke an access key of one of a partner's staff
///
/// Ends the key at once. Revoking one that has been revoked already changes nothing.
#[utoipa::path(
    post,
    path = "/v1/partners/{partner}/users/{user}/api-keys/{key}/revoke",
    operation_id = "revokePartnerUserApiKey",
    tag = IDENTITY,
    params(PartnerPath, UserPath, KeyPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "leaked" })),
    responses((status = 200, description = "The access key as it is now.", body = ApiKey)),
    extensions(("x-required-permission" = json!("partnerUser.write")))
)]
pub(super) async fn revoke_key(
    command: Command<PartnerUserKeyRevoke, TheKey<ThePartner>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (of, key) = command.place.named()?;
    command.run(&body.bytes, EndKey { of, key, end: End::Revoke(body.value.reason) }).await
}
