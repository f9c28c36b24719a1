use crate::app::App;
use crate::app::read::{Counting, Moment};
use crate::crypto::sha256;
use crate::http::call::{Authorized, The, WebhookRead};
use crate::http::documentation::{STREAMS, WebhookPath};
use crate::http::paging::PageCursor;
use crate::http::problem::Problem;
use crate::http::request::PageQuery;
use aggregates::webhook::Webhook;
use api::{Delivery, DeliveryPage, DeliveryPhase};
use axum::Json;
use axum::extract::State;
use projections::webhooks::DeliveryPlace;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// The kind of page tokens.
const TOKEN: &str = "deliveries";

/// Which deliveries are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct Filters {
    /// Only those in this phase.
    #[param(required = false, inline)]
    phase: Option<DeliveryPhase>,
}

/// Which page.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its documentation is used")]
pub(super) struct PageParameters {
    /// The most deliveries on the page.
    #[param(required = false, minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// Asks for the next page.
    #[param(rename = "pageToken", required = false)]
    page_token: Option<String>,
}

/// List deliveries
///
/// What became of what was sent to a webhook, newest first: events in the order in which they were first tried. Deliveries
/// are kept for 30 days, and of each webhook the newest 1,000; they are shown as they are now.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/webhooks/{webhook}/deliveries",
    operation_id = "listDeliveries",
    tag = STREAMS,
    params(WebhookPath, PageParameters, Filters),
    responses((status = 200, description = "One page of deliveries.", body = DeliveryPage)),
    extensions(("x-required-permission" = json!("webhook.read")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<WebhookRead, The<Webhook>, PageQuery<Filters>>,
) -> Result<Json<DeliveryPage>, Problem> {
    let (org, webhook) = (authorized.place.home.org, authorized.place.id);
    let query = authorized.query;
    let identity = sha256(format!("{webhook}|{:?}", query.own.phase).as_bytes());
    let cursor = query.page.cursor(&identity, |token| app.keyring.open_token(TOKEN, token))?;
    let counting = Counting::Scope(org);
    let pinned = match &cursor {
        Some(cursor) => {
            let position = i64::try_from(cursor.position).unwrap_or(i64::MAX);
            app.pinned_at(cursor.epoch, position, counting).await?
        }
        None => app.pin(Moment::Now, counting).await?,
    };
    let limit = usize::try_from(query.page.limit()).unwrap_or(1);
    let most = i64::from(query.page.limit()) + 1;
    let after = cursor.as_ref().and_then(place);
    let mut items = app.deliveries(org, webhook, query.own.phase, after, most).await?;
    let is_more = items.len() > limit;
    items.truncate(limit);
    let next_page_token = items.last().filter(|_| is_more).map(|last| {
        let cursor = PageCursor {
            filter: identity,
            epoch: pinned.epoch,
            position: pinned.position.unsigned_abs(),
            last_key: key(last),
            last_id: last.metadata.id,
        };
        app.keyring.seal_token(&app.random, TOKEN, &cursor.to_bytes())
    });
    Ok(Json(DeliveryPage { items, next_page_token, position: pinned.shown }))
}

fn key(last: &Delivery) -> String {
    format!("{}.{}", last.metadata.created_at.as_micros(), last.spec.position)
}

fn place(cursor: &PageCursor) -> Option<DeliveryPlace> {
    let (created_at, position) = cursor.last_key.split_once('.')?;
    Some(DeliveryPlace {
        created_at: created_at.parse().ok()?,
        position: position.parse().ok()?,
        id: cursor.last_id,
    })
}
