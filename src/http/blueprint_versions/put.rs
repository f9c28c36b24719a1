use crate::http::body::JsonBody;
use crate::http::call::{BlueprintVersionCreate, BlueprintVersionUpdate, PutCommand};
use crate::http::documentation::{ADMINISTRATION, BlueprintVersionPath, PutHeaders, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::blueprint_version::BlueprintVersion;
use api::BlueprintVersionInput;

/// Create or replace a version of a blueprint
///
/// Makes the version what the body says: makes a draft where no live one has the name, else sets all of the draft. What is
/// as the body says already stays as it is, activated or not; what was activated cannot be changed.
#[utoipa::path(
    put,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}/versions/{version}",
    operation_id = "putBlueprintVersion",
    tag = ADMINISTRATION,
    params(BlueprintVersionPath, WriteParameters, PutHeaders),
    request_body(content = BlueprintVersionInput, example = json!({
        "metadata": { "name": "1.2.0" },
        "spec": {
            "base": null,
            "addons": [{ "name": "ingress", "version": "1.0.0", "dependsOn": [], "critical": true }],
            "drift": { "enabled": true, "action": "notify" },
            "namespaceSync": false
        }
    })),
    responses(
        (status = 200, description = "The version as it is now.", body = api::BlueprintVersion),
        (status = 201, description = "The version was made.", body = api::BlueprintVersion)
    ),
    extensions(
        ("x-required-permission" = json!("blueprint.write")),
        ("x-required-permission-to-replace" = json!("blueprint.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn put(
    command: PutCommand<BlueprintVersionCreate, BlueprintVersionUpdate, BlueprintVersion>,
    body: JsonBody<BlueprintVersionInput>,
) -> Result<Reply, Problem> {
    let home = command.home();
    let collection = format!(
        "/v1/orgs/{}/projects/{}/blueprints/{}/versions",
        home.home.org, home.home.project, home.parent
    );
    command.run(body, &collection).await
}
