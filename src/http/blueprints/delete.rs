use crate::app::blueprints::{Move, Verb};
use crate::http::call::{BlueprintDelete, Command, The};
use crate::http::documentation::{ADMINISTRATION, BlueprintPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::blueprint::Blueprint;

/// Delete a blueprint
///
/// Deletes the blueprint with its versions, and frees its name. While clusters, or versions of other blueprints, use one
/// of its versions, this is refused.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}",
    operation_id = "deleteBlueprint",
    tag = ADMINISTRATION,
    params(BlueprintPath, WriteParameters),
    responses((status = 200, description = "What was deleted.", body = api::Blueprint)),
    extensions(
        ("x-required-permission" = json!("blueprint.write")),
        ("x-problem-codes" = json!(["in_use", "deletion_protected"]))
    )
)]
pub(super) async fn delete(command: Command<BlueprintDelete, The<Blueprint>>) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    command.run(&[], Move { home, id, verb: Verb::Delete }).await
}
