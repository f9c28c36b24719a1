use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, The, WebhookResume};
use crate::http::documentation::{STREAMS, WebhookPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::webhook::{Webhook, WebhookCommand};
use api::WithReason;

/// Resume a webhook
///
/// Sends again, from where it stopped: after a pause, after every attempt to send one event failed, and after the address
/// was gone. Resuming twice is as resuming once.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/webhooks/{webhook}/resume",
    operation_id = "resumeWebhook",
    tag = STREAMS,
    params(WebhookPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "back again" })),
    responses((status = 200, description = "The webhook as it is now.", body = api::Webhook)),
    extensions(
        ("x-required-permission" = json!("webhook.write")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn resume(
    command: Command<WebhookResume, The<Webhook>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command
        .run(&body.bytes, Tell::<Webhook> { home, id, command: Box::new(|_| WebhookCommand::Resume) })
        .await
}
