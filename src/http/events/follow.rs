use crate::app::App;
use crate::app::read::Counting;
use crate::app::streams::{Admitted, Following};
use crate::http::call::{Authorized, EventRead, TheOrg};
use crate::http::documentation::{OrgPath, STREAMS};
use crate::http::event_stream;
use crate::http::following::{ResumeHeaders, StreamQuery, Wanted};
use crate::http::problem::Problem;
use crate::http::request::Query;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;

/// Follow what happens in an org
///
/// Server-sent events: `id:` is where to go on, `event:` the type, `data:` the event in JSON. Every event that fits and that
/// the caller may read is sent at least once, in increasing position, with the same id whenever it is sent again; to whoever
/// has `audit.org` for the whole org and asks for everything, without gaps. `event: bookmark` has no data, and an `id:` that
/// moves the cursor on where nothing fitted. The stream ends when the credential may not follow any more, when the follower
/// does not keep up, and when the service stops; in every case it can be gone on with from the last `id:`.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/events/stream",
    operation_id = "followOrgEvents",
    tag = STREAMS,
    params(OrgPath, StreamQuery, ResumeHeaders),
    responses((status = 200, description = "Events, as they happen.", body = String, content_type = "text/event-stream")),
    extensions(
        ("x-required-permission" = json!("org.read")),
        ("x-problem-codes" = json!(["epoch_changed", "as_of_in_future"]))
    )
)]
pub(super) async fn follow(
    State(app): State<Arc<App>>,
    authorized: Authorized<EventRead, TheOrg, Query<StreamQuery>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let TheOrg { org, partner } = authorized.place;
    let wanted = Wanted::from(authorized.query.0);
    let (after, filter) = (wanted.resume(&headers)?, wanted.filter(&app, Some(org)).await?);
    let (admitted, sight) = Admitted::new(authorized.call, Some((org, partner)));
    let following = Following { counting: Counting::Scope(org), after, filter, sight };
    event_stream::send(&app, following, admitted).await
}
