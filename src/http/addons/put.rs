use crate::http::body::JsonBody;
use crate::http::call::{AddonCreate, AddonUpdate, PutCommand};
use crate::http::documentation::{ADMINISTRATION, AddonPath, PutHeaders, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::addon::Addon;
use api::AddonInput;

/// Create or replace an add-on
///
/// Makes the add-on what the body says: makes it where no live one has the name, else sets all of its spec. What is as
/// the body says already stays as it is.
#[utoipa::path(
    put,
    path = "/v1/orgs/{org}/projects/{project}/addons/{addon}",
    operation_id = "putAddon",
    tag = ADMINISTRATION,
    params(AddonPath, WriteParameters, PutHeaders),
    request_body(content = AddonInput, example = json!({
        "metadata": { "name": "ingress" },
        "spec": { "type": "yaml", "namespace": "ingress", "sharing": { "mode": "all" } }
    })),
    responses(
        (status = 200, description = "The add-on as it is now.", body = api::Addon),
        (status = 201, description = "The add-on was made.", body = api::Addon)
    ),
    extensions(
        ("x-required-permission" = json!("addon.write")),
        ("x-required-permission-to-replace" = json!("addon.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state", "immutable_field"]))
    )
)]
pub(super) async fn put(
    command: PutCommand<AddonCreate, AddonUpdate, Addon>,
    body: JsonBody<AddonInput>,
) -> Result<Reply, Problem> {
    let home = command.home();
    let collection = format!("/v1/orgs/{}/projects/{}/addons", home.org, home.project);
    command.run(body, &collection).await
}
