use crate::app::orgs::Update;
use crate::http::body::MergePatch;
use crate::http::call::{Command, OrgUpdate};
use crate::http::documentation::{OrgPath, PARTNER_APIS, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{Org, OrgInput};

/// Update an org
///
/// Sets what the merge patch (RFC 7396) names; `metadata.name` renames. What the system owns is passed over.
#[utoipa::path(
    patch,
    path = "/v1/orgs/{org}",
    operation_id = "updateOrg",
    tag = PARTNER_APIS,
    params(OrgPath, WriteParameters),
    request_body(
        content = OrgInput,
        content_type = "application/merge-patch+json",
        example = json!({ "metadata": { "displayName": "Acme Limited" } })
    ),
    responses((status = 200, description = "The org as it is now.", body = Org)),
    extensions(
        ("x-required-permission" = json!("org.update")),
        ("x-problem-codes" = json!(["name_taken", "external_id_taken", "invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn update(command: Command<OrgUpdate>, patch: MergePatch) -> Result<Reply, Problem> {
    let org = command.place.org;
    let body = patch.bytes.clone();
    command.run(&body, Update { org, edit: edit::patch(patch) }).await
}
