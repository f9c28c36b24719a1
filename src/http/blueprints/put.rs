use crate::http::body::JsonBody;
use crate::http::call::{BlueprintCreate, BlueprintUpdate, PutCommand};
use crate::http::documentation::{ADMINISTRATION, BlueprintPath, PutHeaders, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::blueprint::Blueprint;
use api::BlueprintInput;

/// Create or replace a blueprint
///
/// Makes the blueprint what the body says: makes it where no live one has the name, else sets all of its spec. What is as
/// the body says already stays as it is.
#[utoipa::path(
    put,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}",
    operation_id = "putBlueprint",
    tag = ADMINISTRATION,
    params(BlueprintPath, WriteParameters, PutHeaders),
    request_body(content = BlueprintInput, example = json!({
        "metadata": { "name": "base", "labels": { "tier": "1" } },
        "spec": { "type": "custom", "sharing": { "mode": "none" } }
    })),
    responses(
        (status = 200, description = "The blueprint as it is now.", body = api::Blueprint),
        (status = 201, description = "The blueprint was made.", body = api::Blueprint)
    ),
    extensions(
        ("x-required-permission" = json!("blueprint.write")),
        ("x-required-permission-to-replace" = json!("blueprint.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn put(
    command: PutCommand<BlueprintCreate, BlueprintUpdate, Blueprint>,
    body: JsonBody<BlueprintInput>,
) -> Result<Reply, Problem> {
    let home = command.home();
    let collection = format!("/v1/orgs/{}/projects/{}/blueprints", home.org, home.project);
    command.run(body, &collection).await
}
