use crate::app::declared::Update;
use crate::http::body::{ARTIFACT_LIMIT, MergePatch};
use crate::http::call::{AddonVersionUpdate, Command, The};
use crate::http::documentation::{ADMINISTRATION, AddonVersionPath, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::addon_version::AddonVersion;
use api::AddonVersionInput;

/// Update a version of an add-on
///
/// Sets what the merge patch (RFC 7396) names, of a draft; `spec.artifact` is one value, and replaced as a whole.
#[utoipa::path(
    patch,
    path = "/v1/orgs/{org}/projects/{project}/addons/{addon}/versions/{version}",
    operation_id = "updateAddonVersion",
    tag = ADMINISTRATION,
    params(AddonVersionPath, WriteParameters),
    request_body(
        content = AddonVersionInput,
        content_type = "application/merge-patch+json",
        example = json!({ "spec": { "notes": "with more replicas" } })
    ),
    responses((status = 200, description = "The version as it is now.", body = api::AddonVersion)),
    extensions(
        ("x-required-permission" = json!("addon.write")),
        ("x-problem-codes" = json!(["invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn update(
    command: Command<AddonVersionUpdate, The<AddonVersion>>,
    patch: MergePatch<ARTIFACT_LIMIT>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let body = patch.bytes.clone();
    let edit = edit::patch_with_artifact(patch);
    command.run(&body, Update::<AddonVersion> { home, id, edit }).await
}
