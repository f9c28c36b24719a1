use crate::app::App;
use crate::app::read::Counting;
use crate::http::call::{Authorized, TheOrg, WebhookRead};
use crate::http::documentation::{ListParameters, OrgPath, STREAMS};
use crate::http::listing::{Filters, Listing};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::WebhookPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List webhooks
///
/// The webhooks of the org; unless they are asked for as of a moment, with how far each has got.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/webhooks",
    operation_id = "listWebhooks",
    tag = STREAMS,
    params(OrgPath, ListParameters),
    responses((status = 200, description = "One page of webhooks.", body = WebhookPage)),
    extensions(("x-required-permission" = json!("webhook.read")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<WebhookRead, TheOrg, ListQuery<Filters>>,
) -> Result<Response, Problem> {
    let org = authorized.place.org;
    Listing::of("Webhook", &[org], Counting::Scope(org)).page(&app, authorized.query).await
}
