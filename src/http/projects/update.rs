use crate::app::declared::Update;
use crate::http::body::MergePatch;
use crate::http::call::{Command, ProjectUpdate, TheProject};
use crate::http::documentation::{ADMINISTRATION, ProjectPath, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::project::Project;
use api::ProjectInput;

/// Update a project
///
/// Sets what the merge patch (RFC 7396) names; `metadata.name` renames. A quota below what its namespaces hold is
/// refused.
#[utoipa::path(
    patch,
    path = "/v1/orgs/{org}/projects/{project}",
    operation_id = "updateProject",
    tag = ADMINISTRATION,
    params(ProjectPath, WriteParameters),
    request_body(
        content = ProjectInput,
        content_type = "application/merge-patch+json",
        example = json!({ "spec": { "quota": { "pods": 600 } } })
    ),
    responses((status = 200, description = "The project as it is now.", body = api::Project)),
    extensions(
        ("x-required-permission" = json!("project.update")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "quota_exceeded"]))
    )
)]
pub(super) async fn update(
    command: Command<ProjectUpdate, TheProject>,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let body = patch.bytes.clone();
    command.run(&body, Update::<Project> { home, id, edit: edit::patch(patch) }).await
}
