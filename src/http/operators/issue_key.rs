use crate::app::keys::Issue;
use crate::http::body::JsonBody;
use crate::http::call::{Command, HasMembers, MemberKeys, OperatorKeyIssue, Platform};
use crate::http::documentation::{IDENTITY, UserPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{ApiKey, ApiKeyInput};

/// Issue an access key to an operator
///
/// `status.secret` is shown in this reply and never again. A key opens what its user may do, cut down to its scope.
/// It lives 2160 hours unless told otherwise, at most 8760, or for ever with `neverExpires`.
#[utoipa::path(
    post,
    path = "/v1/operators/{user}/api-keys",
    operation_id = "issueOperatorApiKey",
    tag = IDENTITY,
    params(UserPath, WriteParameters),
    request_body(content = ApiKeyInput, example = json!({
        "metadata": { "name": "pipeline" },
        "spec": { "validityHours": 720, "scope": { "readOnly": false, "roleCap": null, "projects": [], "cidrs": [] } }
    })),
    responses((status = 201, description = "The key was issued.", body = ApiKey)),
    extensions(
        ("x-required-permission" = json!("operator.write")),
        ("x-problem-codes" = json!(["invalid_state", "key_limit_reached", "grant_exceeds_own"]))
    )
)]
pub(super) async fn issue_key(
    command: Command<OperatorKeyIssue, MemberKeys<Platform>>,
    body: JsonBody<ApiKeyInput>,
) -> Result<Reply, Problem> {
    let place = &command.place.0;
    let (of, user) = (place.of.members(), place.user()?);
    let collection = format!("{}/operators/{user}/api-keys", place.of.path());
    let reply = command.run(&body.bytes, Issue { of, user, input: body.value }).await?;
    Ok(reply.found_in(&collection))
}
