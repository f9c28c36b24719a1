use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, ProjectRestore, TheProject};
use crate::http::documentation::{ADMINISTRATION, ProjectPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::project::{Project, ProjectCommand};
use api::WithReason;

/// Restore a project
///
/// Brings a deleted project back as it was, by its id. Its name must be free.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/restore",
    operation_id = "restoreProject",
    tag = ADMINISTRATION,
    params(ProjectPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "deleted by mistake" })),
    responses((status = 200, description = "The project as it is now.", body = api::Project)),
    extensions(
        ("x-required-permission" = json!("project.create")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn restore(
    command: Command<ProjectRestore, TheProject>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command
        .run(&body.bytes, Tell::<Project> { home, id, command: Box::new(|_| ProjectCommand::Restore) })
        .await
}
