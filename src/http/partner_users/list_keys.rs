use crate::app::App;
use crate::http::call::{Authorized, MemberKeys, PartnerUserKeyRead, ThePartner};
use crate::http::documentation::{IDENTITY, PageParameters, PartnerPath, SortedKeys, UserPath};
use crate::http::member_lists::{self, KeyFilters};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::ApiKeyPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List the access keys of one of a partner's staff
///
/// The oldest first, unless told otherwise. One's own need no right over those of others.
#[utoipa::path(
    get,
    path = "/v1/partners/{partner}/users/{user}/api-keys",
    operation_id = "listPartnerUserApiKeys",
    tag = IDENTITY,
    params(PartnerPath, UserPath, PageParameters, SortedKeys, KeyFilters),
    responses((status = 200, description = "One page of access keys.", body = ApiKeyPage)),
    extensions(("x-required-permission" = json!("partnerUser.read")))
)]
pub(super) async fn list_keys(
    State(app): State<Arc<App>>,
    authorized: Authorized<PartnerUserKeyRead, MemberKeys<ThePartner>, ListQuery<KeyFilters>>,
) -> Result<Response, Problem> {
    member_lists::member_keys(&app, &authorized.call, &authorized.place, authorized.query).await
}
