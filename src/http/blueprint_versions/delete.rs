use crate::app::declared::Tell;
use crate::http::call::{BlueprintVersionDelete, Command, The};
use crate::http::documentation::{ADMINISTRATION, BlueprintVersionPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::blueprint_version::{BlueprintVersion, BlueprintVersionCommand};

/// Delete a version of a blueprint
///
/// Deletes a draft, and frees its name. What was activated is never deleted: disable it.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}/versions/{version}",
    operation_id = "deleteBlueprintVersion",
    tag = ADMINISTRATION,
    params(BlueprintVersionPath, WriteParameters),
    responses((status = 200, description = "What was deleted.", body = api::BlueprintVersion)),
    extensions(
        ("x-required-permission" = json!("blueprint.write")),
        ("x-problem-codes" = json!(["in_use", "invalid_state", "deletion_protected"]))
    )
)]
pub(super) async fn delete(
    command: Command<BlueprintVersionDelete, The<BlueprintVersion>>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    command
        .run(
            &[],
            Tell::<BlueprintVersion> { home, id, command: Box::new(|_| BlueprintVersionCommand::Delete) },
        )
        .await
}
