use crate::app::orgs::{Move, Verb};
use crate::http::call::{Command, OrgDelete};
use crate::http::documentation::{OrgPath, PARTNER_APIS, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::Org;

/// Delete an org
///
/// Deletes an org softly: by its id it is still found, and can be restored. Its name and external id are free again.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}",
    operation_id = "deleteOrg",
    tag = PARTNER_APIS,
    params(OrgPath, WriteParameters),
    responses((status = 200, description = "The org as it is now.", body = Org)),
    extensions(
        ("x-required-permission" = json!("org.delete")),
        ("x-problem-codes" = json!(["deletion_protected"]))
    )
)]
pub(super) async fn delete(command: Command<OrgDelete>) -> Result<Reply, Problem> {
    let org = command.place.org;
    command.run(&[], Move { org, verb: Verb::Delete }).await
}
