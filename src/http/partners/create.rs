use crate::app::partners::Create;
use crate::http::body::JsonBody;
use crate::http::call::{Command, PartnerCreate, Platform};
use crate::http::documentation::{PARTNER_APIS, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::{Partner, PartnerInput};

/// Create a partner
///
/// Makes a partner with its brand and policy. Its name and its host are unique in the installation.
#[utoipa::path(
    post,
    path = "/v1/partners",
    operation_id = "createPartner",
    tag = PARTNER_APIS,
    params(WriteParameters),
    request_body(content = PartnerInput, example = json!({
        "metadata": { "name": "northwind", "displayName": "Northwind Traders" },
        "spec": {
            "host": "clouds.northwind.test",
            "productName": "Northwind Kubernetes",
            "colors": { "primary": "#0a5fd8" },
            "links": { "support": "https://support.northwind.test/" },
            "policy": { "signup": "open", "orgApproval": "required" }
        }
    })),
    responses((status = 201, description = "The partner was made.", body = Partner)),
    extensions(
        ("x-required-permission" = json!("partner.create")),
        ("x-problem-codes" = json!(["name_taken"]))
    )
)]
pub(super) async fn create(
    command: Command<PartnerCreate, Platform>,
    body: JsonBody<PartnerInput>,
) -> Result<Reply, Problem> {
    let reply = command.run(&body.bytes, Create { input: body.value }).await?;
    Ok(reply.found_in("/v1/partners"))
}
