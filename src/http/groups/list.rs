use crate::app::App;
use crate::app::read::Counting;
use crate::http::call::{Authorized, GroupRead, TheOrg};
use crate::http::documentation::{IDENTITY, ListParameters, OrgPath};
use crate::http::listing::{Filters, Listing};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::GroupPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List groups
///
/// The groups of the org.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/groups",
    operation_id = "listGroups",
    tag = IDENTITY,
    params(OrgPath, ListParameters),
    responses((status = 200, description = "One page of groups.", body = GroupPage)),
    extensions(("x-required-permission" = json!("group.read")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<GroupRead, TheOrg, ListQuery<Filters>>,
) -> Result<Response, Problem> {
    let org = authorized.place.org;
    Listing::of("Group", &[org], Counting::Scope(org)).page(&app, authorized.query).await
}
