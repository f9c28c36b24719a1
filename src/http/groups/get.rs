use crate::app::App;
use crate::app::Refused;
use crate::http::call::{GroupRead, Reading, TheGroup};
use crate::http::documentation::{GroupPath, IDENTITY, ReadParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use api::Group;
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
        (status = 200, description = "The group.", body = Group),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("group.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<GroupRead, TheGroup>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let which = reading.place.which.as_ref().ok_or(Refused::NotFound)?;
    let (org, counting) = (reading.place.home.org, reading.counting());
    let found = app.document(org, "Group", which, reading.moment, counting).await?;
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
