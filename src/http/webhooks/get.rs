use crate::app::App;
use crate::app::read::Moment;
use crate::http::call::{Reading, The, WebhookRead};
use crate::http::documentation::{ReadParameters, STREAMS, WebhookPath};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use aggregates::webhook::Webhook;
use axum::extract::State;
use std::sync::Arc;

/// Get a webhook
///
/// By id, deleted ones are found too, with `metadata.deletedAt`; by name, only live ones. `status.progress` is how far
/// it has got now, and no part of what `ETag` and `asOf` are about.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/webhooks/{webhook}",
    operation_id = "getWebhook",
    tag = STREAMS,
    params(WebhookPath, ReadParameters),
    responses(
        (status = 200, description = "The webhook.", body = api::Webhook),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("webhook.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<WebhookRead, The<Webhook>>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let mut found = reading.place.read(&app, reading.moment).await?;
    if reading.moment == Moment::Now {
        app.add_progress(reading.place.home.org, [&mut found]).await?;
    }
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
