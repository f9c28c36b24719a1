use crate::app::App;
use crate::http::call::{Authorized, BlueprintList, Place, TheProject, lister};
use crate::http::documentation::{ADMINISTRATION, ListParameters, ProjectPath};
use crate::http::listing::{Filters, Listing};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::BlueprintPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List blueprints
///
/// The blueprints of the project.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/blueprints",
    operation_id = "listBlueprints",
    tag = ADMINISTRATION,
    params(ProjectPath, ListParameters),
    responses((status = 200, description = "One page of blueprints.", body = BlueprintPage)),
    extensions(("x-required-permission" = json!("blueprint.read")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<BlueprintList, TheProject, ListQuery<Filters>>,
) -> Result<Response, Problem> {
    let place = &authorized.place;
    Listing::of("Blueprint", &[lister(place)], place.counting()).page(&app, authorized.query).await
}
