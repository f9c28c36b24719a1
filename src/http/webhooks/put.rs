use crate::http::body::JsonBody;
use crate::http::call::{PutCommand, WebhookCreate, WebhookUpdate};
use crate::http::documentation::{PutHeaders, STREAMS, WebhookPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::webhook::Webhook;
use api::WebhookInput;

/// Create or replace a webhook
///
/// Makes the webhook what the body says: makes it where no live one has the name, else sets all of its spec. What is
/// as the body says already stays as it is. By its id, a webhook that is there is replaced, and may be renamed.
#[utoipa::path(
    put,
    path = "/v1/orgs/{org}/webhooks/{webhook}",
    operation_id = "putWebhook",
    tag = STREAMS,
    params(WebhookPath, WriteParameters, PutHeaders),
    request_body(content = WebhookInput, example = json!({
        "metadata": { "name": "cmdb" },
        "spec": { "url": "https://hooks.acme.test/quarterdeck", "types": ["io.quarterdeck.cluster.*"] }
    })),
    responses(
        (status = 200, description = "The webhook as it is now.", body = api::Webhook),
        (status = 201, description = "The webhook was made.", body = api::Webhook)
    ),
    extensions(
        ("x-required-permission" = json!("webhook.write")),
        ("x-required-permission-to-replace" = json!("webhook.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn put(
    command: PutCommand<WebhookCreate, WebhookUpdate, Webhook>,
    body: JsonBody<WebhookInput>,
) -> Result<Reply, Problem> {
    let collection = format!("/v1/orgs/{}/webhooks", command.home().org);
    command.run(body, &collection).await
}
