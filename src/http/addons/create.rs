use crate::app::declared::Create;
use crate::app::home::InProject;
use crate::http::body::JsonBody;
use crate::http::call::{AddonCreate, Command, Houses, TheProject};
use crate::http::documentation::{ADMINISTRATION, ProjectPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::addon::Addon;
use api::AddonInput;

/// Create an add-on
///
/// Makes an add-on in the project, without versions. What its versions take is said by its type, once.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/addons",
    operation_id = "createAddon",
    tag = ADMINISTRATION,
    params(ProjectPath, WriteParameters),
    request_body(content = AddonInput, example = json!({
        "metadata": { "name": "ingress" },
        "spec": { "type": "yaml", "namespace": "ingress", "sharing": { "mode": "none" } }
    })),
    responses((status = 201, description = "The add-on was made.", body = api::Addon)),
    extensions(
        ("x-required-permission" = json!("addon.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn create(
    command: Command<AddonCreate, TheProject>,
    body: JsonBody<AddonInput>,
) -> Result<Reply, Problem> {
    let home: InProject = command.place.home();
    let collection = format!("/v1/orgs/{}/projects/{}/addons", home.org, home.project);
    let reply = command.run(&body.bytes, Create::<Addon> { home, input: body.value }).await?;
    Ok(reply.found_in(&collection))
}
