use crate::app::keys::Issue;
use crate::http::body::JsonBody;
use crate::http::call::{Command, HasMembers, OwnKeyIssue, OwnScope};
use crate::http::documentation::{IDENTITY, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{ApiKey, ApiKeyInput};

/// Issue an access key to oneself
///
/// `status.secret` is shown in this reply and never again. The key opens what its user may do, cut down to its scope;
/// never more than the key that issues it.
#[utoipa::path(
    post,
    path = "/v1/me/api-keys",
    operation_id = "issueOwnApiKey",
    tag = IDENTITY,
    params(WriteParameters),
    request_body(content = ApiKeyInput, example = json!({
        "metadata": { "name": "pipeline" },
        "spec": { "validityHours": 720, "scope": { "readOnly": false, "roleCap": null, "projects": [], "cidrs": [] } }
    })),
    responses((status = 201, description = "The key was issued.", body = ApiKey)),
    extensions(
        ("x-required-permission" = json!("apiKey.own")),
        ("x-problem-codes" = json!(["invalid_state", "key_limit_reached", "grant_exceeds_own"]))
    )
)]
pub(super) async fn issue_key(
    command: Command<OwnKeyIssue, OwnScope>,
    body: JsonBody<ApiKeyInput>,
) -> Result<Reply, Problem> {
    let (place, user) = (command.place, command.call.caller.user);
    let issue = Issue { of: place.members(), user, input: body.value };
    let reply = command.run(&body.bytes, issue).await?;
    Ok(reply.found_in(&format!("{}/api-keys", place.path())))
}
