use crate::app::declared::Create;
use crate::http::body::JsonBody;
use crate::http::call::{Command, Houses, ProjectCreate};
use crate::http::documentation::{ADMINISTRATION, OrgPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::project::Project;
use api::ProjectInput;

/// Create a project
///
/// Makes a project in the org. What all its namespaces hold together stays within `spec.quota`.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects",
    operation_id = "createProject",
    tag = ADMINISTRATION,
    params(OrgPath, WriteParameters),
    request_body(content = ProjectInput, example = json!({
        "metadata": { "name": "payments", "labels": { "tier": "1" } },
        "spec": {
            "quota": { "cpuRequests": "40", "memoryRequests": "64Gi", "pods": 500 },
            "defaultNamespaceQuota": { "cpuRequests": "2", "memoryRequests": "4Gi" }
        }
    })),
    responses((status = 201, description = "The project was made.", body = api::Project)),
    extensions(
        ("x-required-permission" = json!("project.create")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn create(
    command: Command<ProjectCreate>,
    body: JsonBody<ProjectInput>,
) -> Result<Reply, Problem> {
    let home = command.place.home();
    let collection = format!("/v1/orgs/{}/projects", home.org);
    let reply = command.run(&body.bytes, Create::<Project> { home, input: body.value }).await?;
    Ok(reply.found_in(&collection))
}
