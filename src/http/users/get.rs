use crate::app::App;
use crate::http::call::{Member, Reading, UserRead};
use crate::http::documentation::{IDENTITY, OrgPath, ReadParameters, UserPath};
use crate::http::member_lists;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use api::User;
use axum::extract::State;
use std::sync::Arc;

/// Get a user
///
/// By id or e-mail address; removed ones are found too, with `metadata.deletedAt`.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/users/{user}",
    operation_id = "getUser",
    tag = IDENTITY,
    params(OrgPath, UserPath, ReadParameters),
    responses(
        (status = 200, description = "The user.", body = User),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("user.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<UserRead, Member>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    member_lists::member(&app, reading, &context).await
}
