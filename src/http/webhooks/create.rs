use crate::app::declared::Create;
use crate::http::body::JsonBody;
use crate::http::call::{Command, Houses, WebhookCreate};
use crate::http::documentation::{OrgPath, STREAMS, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::webhook::Webhook;
use api::WebhookInput;

/// Create a webhook
///
/// Sends the events of the org to an address outside, in order, signed after Standard Webhooks. `status.signingSecret`
/// is shown in this reply and never again.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/webhooks",
    operation_id = "createWebhook",
    tag = STREAMS,
    params(OrgPath, WriteParameters),
    request_body(content = WebhookInput, example = json!({
        "metadata": { "name": "cmdb" },
        "spec": { "url": "https://hooks.acme.test/quarterdeck", "types": ["io.quarterdeck.cluster.*"] }
    })),
    responses((status = 201, description = "The webhook was made.", body = api::Webhook)),
    extensions(
        ("x-required-permission" = json!("webhook.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn create(
    command: Command<WebhookCreate>,
    body: JsonBody<WebhookInput>,
) -> Result<Reply, Problem> {
    let home = command.place.home();
    let collection = format!("/v1/orgs/{}/webhooks", home.org);
    let reply = command.run(&body.bytes, Create::<Webhook> { home, input: body.value }).await?;
    Ok(reply.found_in(&collection))
}
