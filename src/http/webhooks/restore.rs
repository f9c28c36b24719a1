use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, The, WebhookRestore};
use crate::http::documentation::{STREAMS, WebhookPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::webhook::{Webhook, WebhookCommand};
use api::WithReason;

/// Restore a webhook
///
/// Brings a deleted webhook back as it was, by its id: what happened meanwhile is sent, too. Its name must be free.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/webhooks/{webhook}/restore",
    operation_id = "restoreWebhook",
    tag = STREAMS,
    params(WebhookPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "deleted by mistake" })),
    responses((status = 200, description = "The webhook as it is now.", body = api::Webhook)),
    extensions(
        ("x-required-permission" = json!("webhook.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn restore(
    command: Command<WebhookRestore, The<Webhook>>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let command = command.with_reason(body.value.reason);
    command
        .run(&body.bytes, Tell::<Webhook> { home, id, command: Box::new(|_| WebhookCommand::Restore) })
        .await
}
