use crate::app::App;
use crate::app::read::Counting;
use crate::http::call::{Authorized, OrgList, VisibleOrgs, moment};
use crate::http::documentation::{ListParameters, OrgFilters, PARTNER_APIS};
use crate::http::listing::{Filters, Listing};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::OrgPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List orgs
///
/// A partner's staff see the partner's orgs, members their own, the operator all.
#[utoipa::path(
    get,
    path = "/v1/orgs",
    operation_id = "listOrgs",
    tag = PARTNER_APIS,
    params(ListParameters, OrgFilters),
    responses((status = 200, description = "One page of orgs.", body = OrgPage)),
    extensions(("x-required-permission" = json!("org.list")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<OrgList, VisibleOrgs, ListQuery<Filters>>,
) -> Result<Response, Problem> {
    let moment = moment(authorized.query.as_of);
    let parents = authorized.place.parents(&app, authorized.query.own.partner.as_ref(), moment).await?;
    let only = authorized.place.only();
    let listing = Listing::of("Org", &parents, Counting::Installation);
    Listing { ids: only.as_deref(), ..listing }.page(&app, authorized.query).await
}
