use crate::app::App;
use crate::http::call::{Authorized, KeyRead, MemberKeys};
use crate::http::documentation::{IDENTITY, OrgPath, PageParameters, SortedKeys, UserPath};
use crate::http::member_lists::{self, KeyFilters};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::ApiKeyPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List the access keys of a user
///
/// The oldest first, unless told otherwise. One's own need no right over those of others. Partner staff see those
/// that they issued.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/users/{user}/api-keys",
    operation_id = "listUserApiKeys",
    tag = IDENTITY,
    params(OrgPath, UserPath, PageParameters, SortedKeys, KeyFilters),
    responses((status = 200, description = "One page of access keys.", body = ApiKeyPage)),
    extensions(("x-required-permission" = json!("apiKey.readOthers")))
)]
pub(super) async fn list_keys(
    State(app): State<Arc<App>>,
    authorized: Authorized<KeyRead, MemberKeys, ListQuery<KeyFilters>>,
) -> Result<Response, Problem> {
    member_lists::member_keys(&app, &authorized.call, &authorized.place, authorized.query).await
}
