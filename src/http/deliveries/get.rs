use crate::http::call::{Authorized, TheDelivery, WebhookRead};
use crate::http::documentation::{DeliveryPath, STREAMS};
use crate::http::problem::Problem;
use crate::http::request::Query;
use api::Delivery;
use axum::Json;

/// Get a delivery
///
/// One event on its way to a webhook, with every attempt: what was sent (the signature aside), and what was answered.
/// Deliveries are kept for 30 days, and of each webhook the newest 1,000.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/webhooks/{webhook}/deliveries/{delivery}",
    operation_id = "getDelivery",
    tag = STREAMS,
    params(DeliveryPath),
    responses((status = 200, description = "The delivery as it is now.", body = Delivery)),
    extensions(("x-required-permission" = json!("webhook.read")))
)]
pub(super) async fn get(
    authorized: Authorized<WebhookRead, TheDelivery, Query>,
) -> Result<Json<Delivery>, Problem> {
    Ok(Json(authorized.place.delivery()?.clone()))
}
