use crate::app::App;
use crate::http::call::{AddonList, Authorized, Place, TheProject, lister};
use crate::http::documentation::{ADMINISTRATION, ListParameters, ProjectPath};
use crate::http::listing::{Filters, Listing};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::AddonPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List add-ons
///
/// The add-ons of the project; those that others share with it are in the lists of these.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/addons",
    operation_id = "listAddons",
    tag = ADMINISTRATION,
    params(ProjectPath, ListParameters),
    responses((status = 200, description = "One page of add-ons.", body = AddonPage)),
    extensions(("x-required-permission" = json!("addon.read")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<AddonList, TheProject, ListQuery<Filters>>,
) -> Result<Response, Problem> {
    let place = &authorized.place;
    Listing::of("Addon", &[lister(place)], place.counting()).page(&app, authorized.query).await
}
