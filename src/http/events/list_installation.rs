use crate::app::App;
use crate::app::read::Counting;
use crate::app::streams::Sight;
use crate::http::call::{InstallationEventRead, OwnScope, Reading};
use crate::http::documentation::{ReadParameters, STREAMS};
use crate::http::following::{InstallationEventQuery, Wanted};
use crate::http::problem::Problem;
use api::EventPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// Read what happened to partners and orgs
///
/// One page of events, oldest first, with the place to go on from. The operator sees what operators and partners' staff
/// did, and the lives of all orgs; a partner's staff see their own partner's, and the lives of its orgs. Nothing of what is
/// inside an org. Positions are the installation's, and have gaps.
#[utoipa::path(
    get,
    path = "/v1/events",
    operation_id = "listEvents",
    tag = STREAMS,
    params(InstallationEventQuery, ReadParameters),
    responses((status = 200, description = "One page of events.", body = EventPage)),
    extensions(
        ("x-required-permission" = json!("audit.platform")),
        ("x-problem-codes" = json!(["epoch_changed"]))
    )
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    reading: Reading<InstallationEventRead, OwnScope, InstallationEventQuery>,
) -> Result<Response, Problem> {
    let sight = Sight::LivesOfOrgs { partner: reading.call.caller.partner };
    Wanted::from(reading.own).page(&app, Counting::Installation, reading.moment, sight).await
}
