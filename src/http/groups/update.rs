use crate::app::declared::Update;
use crate::http::body::MergePatch;
use crate::http::call::{Command, GroupUpdate, The};
use crate::http::documentation::{GroupPath, IDENTITY, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::group::Group;
use api::GroupInput;

/// Update a group
///
/// Sets what the merge patch (RFC 7396) names; `metadata.name` renames.
#[utoipa::path(
    patch,
    path = "/v1/orgs/{org}/groups/{group}",
    operation_id = "updateGroup",
    tag = IDENTITY,
    params(GroupPath, WriteParameters),
    request_body(
        content = GroupInput,
        content_type = "application/merge-patch+json",
        example = json!({ "spec": { "members": ["ada@acme.test", "ci@acme.test"] } })
    ),
    responses((status = 200, description = "The group as it is now.", body = api::Group)),
    extensions(
        ("x-required-permission" = json!("group.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn update(
    command: Command<GroupUpdate, The<Group>>,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let body = patch.bytes.clone();
    command.run(&body, Update::<Group> { home, id, edit: edit::patch(patch) }).await
}
