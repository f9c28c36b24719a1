use crate::app::keys::Issue;
use crate::http::body::JsonBody;
use crate::http::call::{Command, HasMembers, KeyIssue, MemberKeys};
use crate::http::documentation::{IDENTITY, OrgPath, UserPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{ApiKey, ApiKeyInput};

/// Issue an access key to a user
///
/// `status.secret` is shown in this reply and never again. A key opens what its user may do, cut down to its scope.
/// One that partner staff or the operator issues is marked `byPartner`, and only issued where the org's settings
/// allow it.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/users/{user}/api-keys",
    operation_id = "issueUserApiKey",
    tag = IDENTITY,
    params(OrgPath, UserPath, WriteParameters),
    request_body(content = ApiKeyInput, example = json!({
        "metadata": { "name": "pipeline" },
        "spec": { "validityHours": 720, "scope": { "readOnly": false, "roleCap": null, "projects": [], "cidrs": [] } }
    })),
    responses((status = 201, description = "The key was issued.", body = ApiKey)),
    extensions(
        ("x-required-permission" = json!("apiKey.issueForOthers")),
        ("x-problem-codes" = json!(["invalid_state", "key_limit_reached", "grant_exceeds_own"]))
    )
)]
pub(super) async fn issue_key(
    command: Command<KeyIssue, MemberKeys>,
    body: JsonBody<ApiKeyInput>,
) -> Result<Reply, Problem> {
    let place = &command.place.0;
    let (of, user) = (place.of.members(), place.user()?);
    let collection = format!("{}/api-keys", place.of.path());
    let reply = command.run(&body.bytes, Issue { of, user, input: body.value }).await?;
    Ok(reply.found_in(&collection))
}
