use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{AddonRestore, Command, The};
use crate::http::documentation::{ADMINISTRATION, AddonPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::addon::{Addon, AddonCommand};
use api::WithReason;

/// Restore an add-on
///
/// Brings a deleted add-on back as it was, by its id, with its versions. Its name must be free.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/projects/{project}/addons/{addon}/restore",
    operation_id = "restoreAddon",
    tag = ADMINISTRATION,
    params(AddonPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "deleted by mistake" })),
    responses((status = 200, description = "The add-on as it is now.", body = api::Addon)),
    extensions(
        ("x-required-permission" = json!("addon.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn restore(
    command: Command<AddonRestore, The<Addon>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command.run(&body.bytes, Tell::<Addon> { home, id, command: Box::new(|_| AddonCommand::Restore) }).await
}
