use crate::app::App;
use crate::http::call::{Authorized, TheOrg, UserRead};
use crate::http::documentation::{IDENTITY, OrgPath, PageParameters, SortedByTime};
use crate::http::member_lists::{self, MemberFilters};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::UserPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List an org's users
///
/// The oldest first, unless told otherwise. Removed ones only with `includeDeleted`.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/users",
    operation_id = "listUsers",
    tag = IDENTITY,
    params(OrgPath, PageParameters, SortedByTime, MemberFilters),
    responses((status = 200, description = "One page of users.", body = UserPage)),
    extensions(("x-required-permission" = json!("user.read")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<UserRead, TheOrg, ListQuery<MemberFilters>>,
) -> Result<Response, Problem> {
    member_lists::members(&app, &authorized.place, authorized.query).await
}
