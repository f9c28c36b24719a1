use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, The, WebhookTest};
use crate::http::documentation::{STREAMS, WebhookPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::webhook::{Webhook, WebhookCommand};
use api::WithReason;

/// Test a webhook
///
/// Sends an event of type `io.quarterdeck.webhook.test.v1` to the webhook, whatever its filter, in its turn.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/webhooks/{webhook}/test",
    operation_id = "testWebhook",
    tag = STREAMS,
    params(WebhookPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "new receiver" })),
    responses((status = 200, description = "The webhook as it is now.", body = api::Webhook)),
    extensions(
        ("x-required-permission" = json!("webhook.write")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn test(
    command: Command<WebhookTest, The<Webhook>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command.run(&body.bytes, Tell::<Webhook> { home, id, command: Box::new(|_| WebhookCommand::Test) }).await
}
