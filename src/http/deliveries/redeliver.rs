use crate::app::App;
use crate::app::declared::Tell;
use crate::http::body::OptionalJsonBody;
use crate::http::call::{Command, TheDelivery, WebhookRedeliver};
use crate::http::documentation::{DeliveryPath, STREAMS, WriteParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use aggregates::webhook::{Webhook, WebhookCommand};
use api::{Delivery, WithReason};
use axum::extract::State;
use serde_json::{Value, json};
use std::sync::Arc;

/// Redeliver
///
/// Sends the event of a delivery once more, with the same id, and out of its turn: as soon as the webhook is active. What
/// is still on its way is tried at once. `ETag` and `If-Match` are those of the webhook.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/webhooks/{webhook}/deliveries/{delivery}/redeliver",
    operation_id = "redeliver",
    tag = STREAMS,
    params(DeliveryPath, WriteParameters),
    request_body(content = WithReason, example = json!({ "reason": "was lost over there" })),
    responses((status = 200, description = "The delivery as it is now.", body = Delivery)),
    extensions(
        ("x-required-permission" = json!("webhook.write")),
        ("x-problem-codes" = json!(["invalid_state"]))
    )
)]
pub(super) async fn redeliver(
    State(app): State<Arc<App>>,
    command: Command<WebhookRedeliver, TheDelivery>,
    body: OptionalJsonBody<WithReason>,
) -> Result<Reply, Problem> {
    let (home, webhook) = (command.place.webhook.home, command.place.webhook.id);
    let before = command.place.delivery()?.clone();
    let (id, position) = (before.metadata.id, before.spec.position);
    let is_dry = command.call.conditions.dry_run;
    let command = command.with_reason(body.value.reason);
    let tell = Tell::<Webhook> {
        home,
        id: webhook,
        command: Box::new(move |_| WebhookCommand::Redeliver { delivery: id, position }),
    };
    let reply = command.run(&body.bytes, tell).await?;
    if is_dry {
        return Ok(would_be(reply, &before));
    }
    if !reply.is_replayed() {
        app.send_again(home.org, webhook, id).await?;
    }
    let now = app.delivery(home.org, webhook, id).await?.unwrap_or(before);
    Ok(reply.with_json(json!(now).to_string()))
}

/// What a dry run shows: the delivery in the place of the webhook.
fn would_be(reply: Reply, delivery: &Delivery) -> Reply {
    let Ok(mut shown) = serde_json::from_str::<Value>(reply.json()) else { return reply };
    shown["resource"] = json!(delivery);
    reply.with_json(shown.to_string())
}
