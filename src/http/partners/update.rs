use crate::app::partners::Update;
use crate::http::body::MergePatch;
use crate::http::call::{Command, PartnerUpdate, ThePartner};
use crate::http::documentation::{PARTNER_APIS, PartnerPath, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{Partner, PartnerInput};

/// Update a partner
///
/// Sets what the merge patch (RFC 7396) names: brand, links, policies. What the system owns is passed over.
#[utoipa::path(
    patch,
    path = "/v1/partners/{partner}",
    operation_id = "updatePartner",
    tag = PARTNER_APIS,
    params(PartnerPath, WriteParameters),
    request_body(
        content = PartnerInput,
        content_type = "application/merge-patch+json",
        example = json!({ "spec": { "productName": "Northwind Kubernetes", "policy": { "signup": "open" } } })
    ),
    responses((status = 200, description = "The partner as it is now.", body = Partner)),
    extensions(
        ("x-required-permission" = json!("partner.update")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn update(
    command: Command<PartnerUpdate, ThePartner>,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let partner = command.place.partner;
    let body = patch.bytes.clone();
    command.run(&body, Update { partner, edit: edit::patch(patch) }).await
}
