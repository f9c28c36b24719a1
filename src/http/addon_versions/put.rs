use crate::http::body::{ARTIFACT_LIMIT, JsonBody};
use crate::http::call::{AddonVersionCreate, AddonVersionUpdate, PutCommand};
use crate::http::documentation::{ADMINISTRATION, AddonVersionPath, PutHeaders, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::addon_version::AddonVersion;
use api::AddonVersionInput;

/// Create or replace a version of an add-on
///
/// Makes the version what the body says: makes a draft where none has the name, else sets all of a draft's spec. What is
/// as the body says already stays as it is, whatever its phase; a version that was activated cannot become another.
#[utoipa::path(
    put,
    path = "/v1/orgs/{org}/projects/{project}/addons/{addon}/versions/{version}",
    operation_id = "putAddonVersion",
    tag = ADMINISTRATION,
    params(AddonVersionPath, WriteParameters, PutHeaders),
    request_body(content = AddonVersionInput, example = json!({
        "metadata": { "name": "1.0.0" },
        "spec": {
            "artifact": { "git": {
                "url": "https://git.acme.test/platform/addons.git", "revision": "v1.0.0", "path": "ingress"
            } }
        }
    })),
    responses(
        (status = 200, description = "The version as it is now.", body = api::AddonVersion),
        (status = 201, description = "The version was made.", body = api::AddonVersion)
    ),
    extensions(
        ("x-required-permission" = json!("addon.write")),
        ("x-required-permission-to-replace" = json!("addon.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn put(
    command: PutCommand<AddonVersionCreate, AddonVersionUpdate, AddonVersion>,
    body: JsonBody<AddonVersionInput, ARTIFACT_LIMIT>,
) -> Result<Reply, Problem> {
    let home = command.home();
    let collection =
        format!("/v1/orgs/{}/projects/{}/addons/{}/versions", home.home.org, home.home.project, home.parent);
    command.run(body, &collection).await
}
