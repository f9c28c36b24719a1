use crate::app::orgs::Create;
use crate::http::body::JsonBody;
use crate::http::call::{Command, OrgCreate, PartnerForOrg};
use crate::http::documentation::{PARTNER_APIS, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{Org, OrgInput};

/// Create an org
///
/// Makes an org in the caller's partner; the operator may say in which. It is active at once, unless the partner's
/// policy says that orgs wait for approval. No project is made with it.
#[utoipa::path(
    post,
    path = "/v1/orgs",
    operation_id = "createOrg",
    tag = PARTNER_APIS,
    params(WriteParameters),
    request_body(content = OrgInput, example = json!({
        "metadata": { "name": "acme", "displayName": "Acme Ltd" },
        "spec": { "externalId": "crm-17", "contact": { "firstName": "Ada", "lastName": "L", "email": "ada@acme.test" } }
    })),
    responses((status = 201, description = "The org was made.", body = Org)),
    extensions(
        ("x-required-permission" = json!("org.create")),
        ("x-problem-codes" = json!(["name_taken", "external_id_taken", "invalid_state"]))
    )
)]
pub(super) async fn create(
    command: Command<OrgCreate, PartnerForOrg>,
    body: JsonBody<OrgInput>,
) -> Result<Reply, Problem> {
    let partner = command.place.chosen(body.value.spec.partner.as_ref()).await?;
    let reply = command.run(&body.bytes, Create { partner, input: body.value }).await?;
    Ok(reply.found_in("/v1/orgs"))
}
