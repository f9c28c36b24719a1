use crate::http::body::JsonBody;
use crate::http::call::{GroupCreate, GroupUpdate, PutCommand};
use crate::http::documentation::{GroupPath, IDENTITY, PutHeaders, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::group::Group;
use api::GroupInput;

/// Create or replace a group
///
/// Makes the group what the body says: makes it where no live one has the name, else sets all of its spec. What is as
/// the body says already stays as it is. By its id, a group that is there is replaced, and may be renamed.
#[utoipa::path(
    put,
    path = "/v1/orgs/{org}/groups/{group}",
    operation_id = "putGroup",
    tag = IDENTITY,
    params(GroupPath, WriteParameters, PutHeaders),
    request_body(content = GroupInput, example = json!({
        "metadata": { "name": "dev", "displayName": "Developers" },
        "spec": { "members": ["ada@acme.test"] }
    })),
    responses(
        (status = 200, description = "The group as it is now.", body = api::Group),
        (status = 201, description = "The group was made.", body = api::Group)
    ),
    extensions(
        ("x-required-permission" = json!("group.write")),
        ("x-required-permission-to-replace" = json!("group.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn put(
    command: PutCommand<GroupCreate, GroupUpdate, Group>,
    body: JsonBody<GroupInput>,
) -> Result<Reply, Problem> {
    let collection = format!("/v1/orgs/{}/groups", command.home().org);
    command.run(body, &collection).await
}
