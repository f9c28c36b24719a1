use crate::app::App;
use crate::http::call::{GroupRead, Reading, The};
use crate::http::documentation::{GroupPath, IDENTITY, ReadParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use aggregates::group::Group;
use axum::extract::State;
use std::sync::Arc;

/// Get a group
///
/// By id, deleted ones are found too, with `metadata.deletedAt`; by name, only live ones.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/groups/{group}",
    operation_id = "getGroup",
    tag = IDENTITY,
    params(GroupPath, ReadParameters),
    responses(
        (status = 200, description = "The group.", body = api::Group),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("group.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<GroupRead, The<Group>>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let found = reading.place.read(&app, reading.moment).await?;
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
