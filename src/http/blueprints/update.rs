use crate::app::declared::Update;
use crate::http::body::MergePatch;
use crate::http::call::{BlueprintUpdate, Command, The};
use crate::http::documentation::{ADMINISTRATION, BlueprintPath, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::blueprint::Blueprint;
use api::BlueprintInput;

/// Update a blueprint
///
/// Sets what the merge patch (RFC 7396) names. Whether it is golden is decided when it is made.
#[utoipa::path(
    patch,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}",
    operation_id = "updateBlueprint",
    tag = ADMINISTRATION,
    params(BlueprintPath, WriteParameters),
    request_body(
        content = BlueprintInput,
        content_type = "application/merge-patch+json",
        example = json!({ "spec": { "sharing": { "mode": "all" } } })
    ),
    responses((status = 200, description = "The blueprint as it is now.", body = api::Blueprint)),
    extensions(
        ("x-required-permission" = json!("blueprint.write")),
        ("x-problem-codes" = json!(["invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn update(
    command: Command<BlueprintUpdate, The<Blueprint>>,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let body = patch.bytes.clone();
    command.run(&body, Update::<Blueprint> { home, id, edit: edit::patch(patch) }).await
}
