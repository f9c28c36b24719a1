use crate::app::partners::{Move, Verb};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, PartnerRestore, ThePartner};
use crate::http::documentation::{PARTNER_APIS, PartnerPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{Partner, WithReason};

/// Restore a partner
///
/// Brings a deleted partner back as it was. Its name and host must be free.
#[utoipa::path(
    post,
    path = "/v1/partners/{partner}/restore",
    operation_id = "restorePartner",
    tag = PARTNER_APIS,
    params(PartnerPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "contract renewed" })),
    responses((status = 200, description = "The partner as it is now.", body = Partner)),
    extensions(
        ("x-required-permission" = json!("partner.create")),
        ("x-problem-codes" = json!(["name_taken"]))
    )
)]
pub(super) async fn restore(
    command: Command<PartnerRestore, ThePartner>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let partner = command.place.partner;
    command.with_reason(body.value.reason).run(&body.bytes, Move { partner, verb: Verb::Restore }).await
}
