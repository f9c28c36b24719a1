use crate::app::App;
use crate::app::streams::Sight;
use crate::http::call::{EventRead, Reading, TheOrg};
use crate::http::documentation::{OrgPath, ReadParameters, STREAMS};
use crate::http::following::{EventQuery, Wanted};
use crate::http::problem::Problem;
use api::EventPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// Read what happened in an org
///
/// One page of events, oldest first, with the place to go on from. A caller sees what it may read; whoever has `audit.org`
/// for the whole org sees everything, and then positions have no gaps. `position` of a list is a place to go on from, too:
/// neither is anything of the list told again, nor is anything left out.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/events",
    operation_id = "listOrgEvents",
    tag = STREAMS,
    params(OrgPath, EventQuery, ReadParameters),
    responses((status = 200, description = "One page of events.", body = EventPage)),
    extensions(
        ("x-required-permission" = json!("org.read")),
        ("x-problem-codes" = json!(["epoch_changed"]))
    )
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    reading: Reading<EventRead, TheOrg, EventQuery>,
) -> Result<Response, Problem> {
    let counting = reading.counting();
    let TheOrg { org, partner } = reading.place;
    let sight = Sight::of_org(reading.call.caller, org, partner);
    Wanted::from(reading.own).page(&app, counting, reading.moment, sight).await
}
