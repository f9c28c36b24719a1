use crate::http::body::JsonBody;
use crate::http::call::{ProjectCreate, ProjectUpdate, PutCommand};
use crate::http::documentation::{ADMINISTRATION, ProjectPath, PutHeaders, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::project::Project;
use api::ProjectInput;

/// Create or replace a project
///
/// Makes the project what the body says: makes it where no live one has the name, else sets all of its spec. What is
/// as the body says already stays as it is. By its id, a project that is there is replaced, and may be renamed.
#[utoipa::path(
    put,
    path = "/v1/orgs/{org}/projects/{project}",
    operation_id = "putProject",
    tag = ADMINISTRATION,
    params(ProjectPath, WriteParameters, PutHeaders),
    request_body(content = ProjectInput, example = json!({
        "metadata": { "name": "payments", "labels": { "tier": "1" } },
        "spec": { "quota": { "cpuRequests": "40", "memoryRequests": "64Gi", "pods": 500 } }
    })),
    responses(
        (status = 200, description = "The project as it is now.", body = api::Project),
        (status = 201, description = "The project was made.", body = api::Project)
    ),
    extensions(
        ("x-required-permission" = json!("project.create")),
        ("x-required-permission-to-replace" = json!("project.update")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "quota_exceeded"]))
    )
)]
pub(super) async fn put(
    command: PutCommand<ProjectCreate, ProjectUpdate, Project>,
    body: JsonBody<ProjectInput>,
) -> Result<Reply, Problem> {
    let collection = format!("/v1/orgs/{}/projects", command.home().org);
    command.run(body, &collection).await
}
