use crate::app::streams::event_types;
use crate::http::call::LetIn;
use crate::http::documentation::STREAMS;
use crate::http::problem::Problem;
use crate::http::request::{NoParameters, Query};
use api::EventTypeList;
use axum::Json;

/// List the types of events
///
/// Every type of events there is, with a JSON Schema and an example of each. Needs no permission. The same as `AsyncAPI` is at
/// `/v1/asyncapi.json`.
#[utoipa::path(
    get,
    path = "/v1/event-types",
    operation_id = "listEventTypes",
    tag = STREAMS,
    responses((status = 200, description = "All types.", body = EventTypeList)),
    extensions(("x-required-permission" = json!(null)))
)]
pub(super) async fn list(_: LetIn, _: Query<NoParameters>) -> Result<Json<EventTypeList>, Problem> {
    Ok(Json(EventTypeList { items: event_types().to_vec() }))
}
