use crate::app::App;
use crate::http::call::{Authorized, BlueprintVersionImpact, The};
use crate::http::documentation::{ADMINISTRATION, BlueprintVersionPath};
use crate::http::problem::Problem;
use crate::http::request::Query;
use aggregates::blueprint_version::BlueprintVersion;
use api::BlueprintImpact;
use axum::Json;
use axum::extract::State;
use std::sync::Arc;

/// Get what a version of a blueprint would change
///
/// The clusters that any version of the blueprint sets up, as far as the caller may see them, and what moving each to this
/// version would change: add-ons added, removed and changed, and how it is watched. Of a draft it says what activating it
/// and moving the clusters would change.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}/versions/{version}/impact",
    operation_id = "getBlueprintVersionImpact",
    tag = ADMINISTRATION,
    params(BlueprintVersionPath),
    responses((status = 200, description = "The clusters, by name.", body = BlueprintImpact)),
    extensions(("x-required-permission" = json!("blueprint.read")))
)]
pub(super) async fn impact(
    State(app): State<Arc<App>>,
    authorized: Authorized<BlueprintVersionImpact, The<BlueprintVersion>, Query>,
) -> Result<Json<BlueprintImpact>, Problem> {
    let place = &authorized.place;
    Ok(Json(app.impact(&authorized.call, &place.home, place.id).await?))
}
