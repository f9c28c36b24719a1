use crate::app::orgs::{Move, Verb};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, OrgApprove};
use crate::http::documentation::{OrgPath, PARTNER_APIS, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{Org, WithReason};

/// Approve an org
///
/// Lets an org that waits begin. Approving one that is active already changes nothing.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/approve",
    operation_id = "approveOrg",
    tag = PARTNER_APIS,
    params(OrgPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "contract signed" })),
    responses((status = 200, description = "The org as it is now.", body = Org)),
    extensions(
        ("x-required-permission" = json!("org.approve")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn approve(
    command: Command<OrgApprove>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let org = command.place.org;
    command.run(&body.bytes, Move { org, verb: Verb::Approve(body.value.reason) }).await
}
