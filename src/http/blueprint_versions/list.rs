use crate::app::App;
use crate::http::call::{Authorized, BlueprintVersionList, Place, The, lister};
use crate::http::documentation::{ADMINISTRATION, BlueprintPath, ListParameters};
use crate::http::listing::{Filters, Listing};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use aggregates::blueprint::Blueprint;
use api::BlueprintVersionPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List the versions of a blueprint
///
/// The versions of the blueprint, drafts among them.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}/versions",
    operation_id = "listBlueprintVersions",
    tag = ADMINISTRATION,
    params(BlueprintPath, ListParameters),
    responses((status = 200, description = "One page of versions.", body = BlueprintVersionPage)),
    extensions(("x-required-permission" = json!("blueprint.read")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<BlueprintVersionList, The<Blueprint>, ListQuery<Filters>>,
) -> Result<Response, Problem> {
    let place = &authorized.place;
    Listing::of("BlueprintVersion", &[lister(place)], place.counting()).page(&app, authorized.query).await
}
