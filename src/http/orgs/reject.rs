use crate::app::orgs::{Move, Verb};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, OrgReject};
use crate::http::documentation::{OrgPath, PARTNER_APIS, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{Org, WithReason};

/// Reject an org
///
/// Turns an org that waits down, for good. Its name and external id are free again.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/reject",
    operation_id = "rejectOrg",
    tag = PARTNER_APIS,
    params(OrgPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "contract signed" })),
    responses((status = 200, description = "The org as it is now.", body = Org)),
    extensions(
        ("x-required-permission" = json!("org.reject")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn reject(
    command: Command<OrgReject>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let org = command.place.org;
    command.run(&body.bytes, Move { org, verb: Verb::Reject(body.value.reason) }).await
}
