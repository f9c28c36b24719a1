use crate::app::App;
use crate::http::call::{Authorized, OwnKeyRead, OwnScope, ScopeKeys};
use crate::http::documentation::{IDENTITY, PageParameters, SortedKeys};
use crate::http::member_lists::{self, KeyFilters};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::ApiKeyPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List one's own access keys
///
/// The oldest first, unless told otherwise.
#[utoipa::path(
    get,
    path = "/v1/me/api-keys",
    operation_id = "listOwnApiKeys",
    tag = IDENTITY,
    params(PageParameters, SortedKeys, KeyFilters),
    responses((status = 200, description = "One page of access keys.", body = ApiKeyPage)),
    extensions(("x-required-permission" = json!("apiKey.own")))
)]
pub(super) async fn list_keys(
    State(app): State<Arc<App>>,
    authorized: Authorized<OwnKeyRead, ScopeKeys<OwnScope>, ListQuery<KeyFilters>>,
) -> Result<Response, Problem> {
    member_lists::scope_keys(&app, &authorized.call, &authorized.place, authorized.query).await
}
