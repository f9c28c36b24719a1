use crate::app::declared::Tell;
use crate::http::call::{Command, The, WebhookDelete};
use crate::http::documentation::{STREAMS, WebhookPath, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::webhook::{Webhook, WebhookCommand};

/// Delete a webhook
///
/// Deletes a webhook softly: nothing is sent any more; by its id it is still found, and can be restored.
#[utoipa::path(
    delete,
    path = "/v1/orgs/{org}/webhooks/{webhook}",
    operation_id = "deleteWebhook",
    tag = STREAMS,
    params(WebhookPath, WriteParameters),
    responses((status = 200, description = "The webhook as it is now.", body = api::Webhook)),
    extensions(
        ("x-required-permission" = json!("webhook.write")),
        ("x-problem-codes" = json!(["deletion_protected"]))
    )
)]
pub(super) async fn delete(command: Command<WebhookDelete, The<Webhook>>) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    command.run(&[], Tell::<Webhook> { home, id, command: Box::new(|_| WebhookCommand::Delete) }).await
}
