use crate::app::webhooks::RotateSecret;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, The, WebhookRotateSecret};
use crate::http::documentation::{STREAMS, WebhookPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::webhook::Webhook;

/// Rotate the secret of a webhook
///
/// Signs with a new secret, and for `overlapHours` with the one before, too. `status.signingSecret` is shown in this
/// reply and never again.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/webhooks/{webhook}/rotate-secret",
    operation_id = "rotateWebhookSecret",
    tag = STREAMS,
    params(WebhookPath, WriteParameters),
    request_body(content = api::RotateSecret, example = json!({ "overlapHours": 24 })),
    responses((status = 200, description = "The webhook as it is now.", body = api::Webhook)),
    extensions(
        ("x-required-permission" = json!("webhook.write")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn rotate_secret(
    command: Command<WebhookRotateSecret, The<Webhook>>,
    body: OptionalJsonBody<api::RotateSecret>,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let overlap_hours = body.value.overlap_hours;
    command.run(&body.bytes, RotateSecret { home, id, overlap_hours }).await
}
