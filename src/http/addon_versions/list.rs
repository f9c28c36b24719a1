use crate::app::App;
use crate::http::call::{AddonVersionList, Authorized, Place, The, lister};
use crate::http::documentation::{ADMINISTRATION, AddonPath, ListParameters};
use crate::http::listing::{Filters, Listing};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use aggregates::addon::Addon;
use api::AddonVersionPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List versions of an add-on
///
/// The versions of the add-on, drafts too; `phase=active` are those that can be used.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/addons/{addon}/versions",
    operation_id = "listAddonVersions",
    tag = ADMINISTRATION,
    params(AddonPath, ListParameters),
    responses((status = 200, description = "One page of versions.", body = AddonVersionPage)),
    extensions(("x-required-permission" = json!("addon.read")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<AddonVersionList, The<Addon>, ListQuery<Filters>>,
) -> Result<Response, Problem> {
    let place = &authorized.place;
    Listing::of("AddonVersion", &[lister(place)], place.counting()).page(&app, authorized.query).await
}
