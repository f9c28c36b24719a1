use crate::app::App;
use crate::app::read::Counting;
use crate::app::streams::{Admitted, Following};
use crate::http::call::{Authorized, InstallationEventRead, OwnScope};
use crate::http::documentation::STREAMS;
use crate::http::event_stream;
use crate::http::following::{InstallationStreamQuery, ResumeHeaders, Wanted};
use crate::http::problem::Problem;
use crate::http::request::Query;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;

/// Follow what happens to partners and orgs
///
/// As following an org, for the operator and partners' staff: they see what `GET /v1/events` shows them. Events have
/// `position`, the installation's, beside `orgposition`; it is also in the `id:`. Positions have gaps, and bookmarks move the
/// cursor over them.
#[utoipa::path(
    get,
    path = "/v1/events/stream",
    operation_id = "followEvents",
    tag = STREAMS,
    params(InstallationStreamQuery, ResumeHeaders),
    responses((status = 200, description = "Events, as they happen.", body = String, content_type = "text/event-stream")),
    extensions(
        ("x-required-permission" = json!("audit.platform")),
        ("x-problem-codes" = json!(["epoch_changed", "as_of_in_future"]))
    )
)]
pub(super) async fn follow(
    State(app): State<Arc<App>>,
    authorized: Authorized<InstallationEventRead, OwnScope, Query<InstallationStreamQuery>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wanted = Wanted::from(authorized.query.0);
    let (after, filter) = (wanted.resume(&headers)?, wanted.filter(&app, None).await?);
    let (admitted, sight) = Admitted::new(authorized.call, None);
    let following = Following { counting: Counting::Installation, after, filter, sight };
    event_stream::send(&app, following, admitted).await
}
