use crate::app::declared::Update;
use crate::http::body::MergePatch;
use crate::http::call::{AddonUpdate, Command, The};
use crate::http::documentation::{ADMINISTRATION, AddonPath, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::addon::Addon;
use api::AddonInput;

/// Update an add-on
///
/// Sets what the merge patch (RFC 7396) names. Where it is shared no longer, nothing new uses it, and what does goes on.
#[utoipa::path(
    patch,
    path = "/v1/orgs/{org}/projects/{project}/addons/{addon}",
    operation_id = "updateAddon",
    tag = ADMINISTRATION,
    params(AddonPath, WriteParameters),
    request_body(
        content = AddonInput,
        content_type = "application/merge-patch+json",
        example = json!({ "spec": { "sharing": { "mode": "projects", "projects": ["shipping"] } } })
    ),
    responses((status = 200, description = "The add-on as it is now.", body = api::Addon)),
    extensions(
        ("x-required-permission" = json!("addon.write")),
        ("x-problem-codes" = json!(["invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn update(
    command: Command<AddonUpdate, The<Addon>>,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let body = patch.bytes.clone();
    command.run(&body, Update::<Addon> { home, id, edit: edit::patch(patch) }).await
}
