use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, The, WebhookPause};
use crate::http::documentation::{STREAMS, WebhookPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::webhook::{Webhook, WebhookCommand};
use api::WithReason;

/// Pause a webhook
///
/// Sends nothing until the webhook is resumed; events wait. Pausing twice is as pausing once.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/webhooks/{webhook}/pause",
    operation_id = "pauseWebhook",
    tag = STREAMS,
    params(WebhookPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "maintenance" })),
    responses((status = 200, description = "The webhook as it is now.", body = api::Webhook)),
    extensions(
        ("x-required-permission" = json!("webhook.write")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn pause(
    command: Command<WebhookPause, The<Webhook>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command.run(&body.bytes, Tell::<Webhook> { home, id, command: Box::new(|_| WebhookCommand::Pause) }).await
}
