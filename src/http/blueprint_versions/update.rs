use crate::app::declared::Update;
use crate::http::body::MergePatch;
use crate::http::call::{BlueprintVersionUpdate, Command, The};
use crate::http::documentation::{ADMINISTRATION, BlueprintVersionPath, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::blueprint_version::BlueprintVersion;
use api::BlueprintVersionInput;

/// Update a version of a blueprint
///
/// Sets what the merge patch (RFC 7396) names, of a draft. What was activated stays as it is for ever.
#[utoipa::path(
    patch,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}/versions/{version}",
    operation_id = "updateBlueprintVersion",
    tag = ADMINISTRATION,
    params(BlueprintVersionPath, WriteParameters),
    request_body(
        content = BlueprintVersionInput,
        content_type = "application/merge-patch+json",
        example = json!({ "spec": { "drift": { "enabled": true, "action": "deny" } } })
    ),
    responses((status = 200, description = "The version as it is now.", body = api::BlueprintVersion)),
    extensions(
        ("x-required-permission" = json!("blueprint.write")),
        ("x-problem-codes" = json!(["invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn update(
    command: Command<BlueprintVersionUpdate, The<BlueprintVersion>>,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let body = patch.bytes.clone();
    command.run(&body, Update::<BlueprintVersion> { home, id, edit: edit::patch(patch) }).await
}
