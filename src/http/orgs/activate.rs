use crate::app::orgs::{Move, Verb};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, OrgActivate};
use crate::http::documentation::{OrgPath, PARTNER_APIS, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{Org, WithReason};

/// Activate an org
///
/// Lets the members of a deactivated org act again. Activating one that is active already changes nothing.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/activate",
    operation_id = "activateOrg",
    tag = PARTNER_APIS,
    params(OrgPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "contract signed" })),
    responses((status = 200, description = "The org as it is now.", body = Org)),
    extensions(
        ("x-required-permission" = json!("org.activate")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn activate(
    command: Command<OrgActivate>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let org = command.place.org;
    command.run(&body.bytes, Move { org, verb: Verb::Activate(body.value.reason) }).await
}
