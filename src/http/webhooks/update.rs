use crate::app::declared::Update;
use crate::http::body::MergePatch;
use crate::http::call::{Command, The, WebhookUpdate};
use crate::http::documentation::{STREAMS, WebhookPath, WriteParameters};
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::webhook::Webhook;
use api::WebhookInput;

/// Update a webhook
///
/// Sets what the merge patch (RFC 7396) names; `metadata.name` renames.
#[utoipa::path(
    patch,
    path = "/v1/orgs/{org}/webhooks/{webhook}",
    operation_id = "updateWebhook",
    tag = STREAMS,
    params(WebhookPath, WriteParameters),
    request_body(
        content = WebhookInput,
        content_type = "application/merge-patch+json",
        example = json!({ "spec": { "types": ["io.quarterdeck.workload.*"] } })
    ),
    responses((status = 200, description = "The webhook as it is now.", body = api::Webhook)),
    extensions(
        ("x-required-permission" = json!("webhook.write")),
        ("x-problem-codes" = json!(["name_taken", "invalid_state"]))
    )
)]
pub(super) async fn update(
    command: Command<WebhookUpdate, The<Webhook>>,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (home, id) = (command.place.home, command.place.id);
    let body = patch.bytes.clone();
    command.run(&body, Update::<Webhook> { home, id, edit: edit::patch(patch) }).await
}
