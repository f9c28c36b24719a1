use crate::app::declared::Create;
use crate::app::home::Inside;
use crate::http::body::JsonBody;
use crate::http::call::{BlueprintVersionCreate, Command, Houses, The};
use crate::http::documentation::{ADMINISTRATION, BlueprintPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::blueprint::Blueprint;
use aggregates::blueprint_version::BlueprintVersion;
use api::BlueprintVersionInput;

/// Create a version of a blueprint
///
/// Makes a version, as a draft: editable, and used by nothing until it is activated. Its add-ons are active versions of
/// add-ons of the project, or shared with it; they must not depend on each other in a circle. What a golden base sets
/// cannot be set otherwise.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}/versions",
    operation_id = "createBlueprintVersion",
    tag = ADMINISTRATION,
    params(BlueprintPath, WriteParameters),
    request_body(content = BlueprintVersionInput, example = json!({
        "metadata": { "name": "1.2.0" },
        "spec": {
            "base": null,
            "addons": [{ "name": "ingress", "version": "1.0.0", "dependsOn": [], "critical": true }],
            "drift": { "enabled": true, "action": "notify" },
            "namespaceSync": false
        }
    })),
    responses((status = 201, description = "The version was made.", body = api::BlueprintVersion)),
    extensions(
        ("x-required-permission" = json!("blueprint.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn create(
    command: Command<BlueprintVersionCreate, The<Blueprint>>,
    body: JsonBody<BlueprintVersionInput>,
) -> Result<Reply, Problem> {
    let home: Inside = command.place.home();
    let collection = format!(
        "/v1/orgs/{}/projects/{}/blueprints/{}/versions",
        home.home.org, home.home.project, home.parent
    );
    let reply = command.run(&body.bytes, Create::<BlueprintVersion> { home, input: body.value }).await?;
    Ok(reply.found_in(&collection))
}
