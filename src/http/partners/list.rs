use crate::app::App;
use crate::app::read::Counting;
use crate::http::call::{Authorized, OwnScope, PartnerRead};
use crate::http::documentation::{ListParameters, PARTNER_APIS};
use crate::http::listing::{Filters, Listing};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::PartnerPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;
use values::ScopeId;

/// List partners
///
/// The operator sees all partners, a partner's staff their own.
#[utoipa::path(
    get,
    path = "/v1/partners",
    operation_id = "listPartners",
    tag = PARTNER_APIS,
    params(ListParameters),
    responses((status = 200, description = "One page of partners.", body = PartnerPage)),
    extensions(("x-required-permission" = json!("partner.read")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<PartnerRead, OwnScope, ListQuery<Filters>>,
) -> Result<Response, Problem> {
    let own = authorized.call.caller.partner.map(|partner| vec![partner.as_uuid()]);
    let listing = Listing::of("Partner", &[ScopeId::PLATFORM], Counting::Installation);
    Listing { ids: own.as_deref(), ..listing }.page(&app, authorized.query).await
}
