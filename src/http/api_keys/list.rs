use crate::app::App;
use crate::http::call::{Authorized, KeyRead, ScopeKeys};
use crate::http::documentation::{IDENTITY, OrgPath, PageParameters, SortedKeys};
use crate::http::member_lists::{self, KeyFilters};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::ApiKeyPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List access keys
///
/// All of the org's with the right to see those of others, else one's own; partner staff see those that they issued.
/// The oldest first, unless told otherwise.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/api-keys",
    operation_id = "listApiKeys",
    tag = IDENTITY,
    params(OrgPath, PageParameters, SortedKeys, KeyFilters),
    responses((status = 200, description = "One page of access keys.", body = ApiKeyPage)),
    extensions(("x-required-permission" = json!("apiKey.readOthers")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<KeyRead, ScopeKeys, ListQuery<KeyFilters>>,
) -> Result<Response, Problem> {
    member_lists::scope_keys(&app, &authorized.call, &authorized.place, authorized.query).await
}
