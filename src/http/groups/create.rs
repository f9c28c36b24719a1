use crate::app::declared::Create;
use crate::http::body::JsonBody;
use crate::http::call::{Command, GroupCreate, Houses};
use crate::http::documentation::{IDENTITY, OrgPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::group::Group;
use api::GroupInput;

/// Create a group
///
/// Makes a group of users of the org. Roles are given to it by role bindings.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/groups",
    operation_id = "createGroup",
    tag = IDENTITY,
    params(OrgPath, WriteParameters),
    request_body(content = GroupInput, example = json!({
        "metadata": { "name": "dev", "displayName": "Developers" },
        "spec": { "members": ["ada@acme.test"] }
    })),
    responses((status = 201, description = "The group was made.", body = api::Group)),
    extensions(
        ("x-required-permission" = json!("group.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn create(
    command: Command<GroupCreate>,
    body: JsonBody<GroupInput>,
) -> Result<Reply, Problem> {
    let home = command.place.home();
    let collection = format!("/v1/orgs/{}/groups", home.org);
    let reply = command.run(&body.bytes, Create::<Group> { home, input: body.value }).await?;
    Ok(reply.found_in(&collection))
}
