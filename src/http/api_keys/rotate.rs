use crate::app::keys::Rotate;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, HasMembers, KeyRotate, TheKey};
use crate::http::documentation::{IDENTITY, KeyPath, OrgPath, WriteParameters};
use crate::http::member_lists::NamesKey;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::ApiKey;

/// Rotate an access key
///
/// Issues a key that takes the place of this one: the same name, scope and length of life. The old one still works
/// for `overlapHours` (24 unless told otherwise, at most 168), never longer than it would have; it counts among the
/// user's keys until then. `status.secret` is shown in this reply and never again.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/api-keys/{key}/rotate",
    operation_id = "rotateApiKey",
    tag = IDENTITY,
    params(OrgPath, KeyPath, WriteParameters),
    request_body(content = api::Rotate, example = json!({ "overlapHours": 24 })),
    responses((status = 201, description = "The new key was issued.", body = ApiKey)),
    extensions(
        ("x-required-permission" = json!("apiKey.issueForOthers")),
        ("x-problem-codes" = json!(["invalid_state", "key_limit_reached", "grant_exceeds_own"]))
    )
)]
pub(super) async fn rotate(
    command: Command<KeyRotate, TheKey>,
    body: OptionalJsonBody<api::Rotate>,
) -> Result<Reply, Problem> {
    let (of, key) = command.place.named()?;
    let collection = format!("{}/api-keys", command.place.of.path());
    let rotate = Rotate { of, key, overlap_hours: body.value.overlap_hours };
    Ok(command.run(&body.bytes, rotate).await?.found_in(&collection))
}
