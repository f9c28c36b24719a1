use crate::app::App;
use crate::http::call::{Authorized, MemberKeys, OperatorKeyRead, Platform};
use crate::http::documentation::{IDENTITY, PageParameters, SortedKeys, UserPath};
use crate::http::member_lists::{self, KeyFilters};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::ApiKeyPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List the access keys of an operator
///
/// The oldest first, unless told otherwise. One's own need no right over those of others.
#[utoipa::path(
    get,
    path = "/v1/operators/{user}/api-keys",
    operation_id = "listOperatorApiKeys",
    tag = IDENTITY,
    params(UserPath, PageParameters, SortedKeys, KeyFilters),
    responses((status = 200, description = "One page of access keys.", body = ApiKeyPage)),
    extensions(("x-required-permission" = json!("operator.read")))
)]
pub(super) async fn list_keys(
    State(app): State<Arc<App>>,
    authorized: Authorized<OperatorKeyRead, MemberKeys<Platform>, ListQuery<KeyFilters>>,
) -> Result<Response, Problem> {
    member_lists::member_keys(&app, &authorized.call, &authorized.place, authorized.query).await
}
