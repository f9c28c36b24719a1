use crate::app::declared::Tell;
use crate::http::call::{Command, ProjectDelete, TheProject};
use crate::http::documentation::{ADMINISTRATION, ProjectPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::project::{Project, ProjectCommand};

/// Delete a project
///
/// Deletes an empty project softly: by its id it is still found, and can be restored. Its name is free again.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}/projects/{project}",
    operation_id = "deleteProject",
    tag = ADMINISTRATION,
    params(ProjectPath, WriteParameters),
    responses((status = 200, description = "The project as it is now.", body = api::Project)),
    extensions(
        ("x-required-permission" = json!("project.delete")),
        ("x-problem-codes" = json!(["deletion_protected", "in_use"]))
    )
)]
pub(super) async fn delete(command: Command<ProjectDelete, TheProject>) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    command.run(&[], Tell::<Project> { home, id, command: Box::new(|_| ProjectCommand::Delete) }).await
}
