use crate::app::orgs::{Move, Verb};
use crate::http::body::JsonBody;
use crate::http::call::{Command, OrgDeactivate};
use crate::http::documentation::{OrgPath, PARTNER_APIS, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{NeedsReason, Org};

/// Deactivate an org
///
/// Keeps the members of an org from acting, at once; its partner still reads. Nothing inside is touched.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/deactivate",
    operation_id = "deactivateOrg",
    tag = PARTNER_APIS,
    params(OrgPath, WriteParameters),
    request_body(content = NeedsReason, example = json!({ "reason": "unpaid" })),
    responses((status = 200, description = "The org as it is now.", body = Org)),
    extensions(
        ("x-required-permission" = json!("org.deactivate")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn deactivate(
    command: Command<OrgDeactivate>,
    body: JsonBody<NeedsReason>,
) -> Result<Reply, Problem> {
    let org = command.place.org;
    command.run(&body.bytes, Move { org, verb: Verb::Deactivate(body.value.reason) }).await
}
