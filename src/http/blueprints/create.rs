use crate::app::declared::Create;
use crate::app::home::InProject;
use crate::http::body::JsonBody;
use crate::http::call::{BlueprintCreate, Command, Houses, TheProject};
use crate::http::documentation::{ADMINISTRATION, ProjectPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::blueprint::Blueprint;
use api::BlueprintInput;

/// Create a blueprint
///
/// Makes a blueprint in the project. What clusters are set up with, its versions say.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/blueprints",
    operation_id = "createBlueprint",
    tag = ADMINISTRATION,
    params(ProjectPath, WriteParameters),
    request_body(content = BlueprintInput, example = json!({
        "metadata": { "name": "base", "labels": { "tier": "1" } },
        "spec": { "type": "custom", "sharing": { "mode": "none" } }
    })),
    responses((status = 201, description = "The blueprint was made.", body = api::Blueprint)),
    extensions(
        ("x-required-permission" = json!("blueprint.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn create(
    command: Command<BlueprintCreate, TheProject>,
    body: JsonBody<BlueprintInput>,
) -> Result<Reply, Problem> {
    let home: InProject = command.place.home();
    let collection = format!("/v1/orgs/{}/projects/{}/blueprints", home.org, home.project);
    let reply = command.run(&body.bytes, Create::<Blueprint> { home, input: body.value }).await?;
    Ok(reply.found_in(&collection))
}
