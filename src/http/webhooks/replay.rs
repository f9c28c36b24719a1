use crate::app::webhooks::Replay;
use crate::http::body::JsonBody;
use crate::http::call::{Command, The, WebhookReplay};
use crate::http::documentation::{STREAMS, WebhookPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::webhook::Webhook;
use api::ReplayFrom;

/// Replay events to a webhook
///
/// Sends everything after a position of the org again, in order, and goes on from there. The ids of the events stay the
/// same, so that a receiver can tell what it has seen.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/webhooks/{webhook}/replay",
    operation_id = "replayWebhook",
    tag = STREAMS,
    params(WebhookPath, WriteParameters),
    request_body(content = ReplayFrom, example = json!({ "after": 0 })),
    responses((status = 200, description = "The webhook as it is now.", body = api::Webhook)),
    extensions(
        ("x-required-permission" = json!("webhook.write")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn replay(
    command: Command<WebhookReplay, The<Webhook>>,
    body: JsonBody<ReplayFrom>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    command.run(&body.bytes, Replay { home, id, after: body.value.after }).await
}
