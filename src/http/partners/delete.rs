use crate::app::partners::{Move, Verb};
use crate::http::call::{Command, PartnerDelete, ThePartner};
use crate::http::documentation::{PARTNER_APIS, PartnerPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::Partner;

/// Delete a partner
///
/// Deletes a partner softly: by its id it is still found, and can be restored. Its name and host are free again. A
/// partner that has orgs cannot be deleted.
#[utoipa::path(
    delete,
    path = "/v1/partners/{partner}",
    operation_id = "deletePartner",
    tag = PARTNER_APIS,
    params(PartnerPath, WriteParameters),
    responses((status = 200, description = "The partner as it is now.", body = Partner)),
    extensions(
        ("x-required-permission" = json!("partner.delete")),
        ("x-problem-codes" = json!(["deletion_protected", "in_use"]))
    )
)]
pub(super) async fn delete(command: Command<PartnerDelete, ThePartner>) -> Result<Reply, Problem> {
    let partner = command.place.partner;
    command.run(&[], Move { partner, verb: Verb::Delete }).await
}
