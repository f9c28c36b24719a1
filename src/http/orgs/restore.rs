use crate::app::orgs::{Move, Verb};
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, OrgRestore};
use crate::http::documentation::{OrgPath, PARTNER_APIS, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{Org, WithReason};

/// Restore an org
///
/// Brings a deleted org back as it was. Its name and external id must be free.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/restore",
    operation_id = "restoreOrg",
    tag = PARTNER_APIS,
    params(OrgPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "contract signed" })),
    responses((status = 200, description = "The org as it is now.", body = Org)),
    extensions(
        ("x-required-permission" = json!("org.restore")),
        ("x-problem-codes" = json!(["invalid_state", "name_taken", "external_id_taken"]))
    )
)]
pub(super) async fn restore(
    command: Command<OrgRestore>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let org = command.place.org;
    command.with_reason(body.value.reason).run(&body.bytes, Move { org, verb: Verb::Restore }).await
}
