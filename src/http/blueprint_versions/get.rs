use crate::app::App;
use crate::app::read::Moment;
use crate::http::call::{BlueprintVersionRead, Reading, The};
use crate::http::documentation::{ADMINISTRATION, BlueprintVersionPath, ReadParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use aggregates::blueprint_version::BlueprintVersion;
use axum::extract::State;
use std::sync::Arc;

/// Get a version of a blueprint
///
/// By id, deleted drafts are found too, with `metadata.deletedAt`; by name, only live versions. `status.usedBy` is what
/// uses it now, as far as the caller may see that, and no part of what `ETag` and `asOf` are about.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}/versions/{version}",
    operation_id = "getBlueprintVersion",
    tag = ADMINISTRATION,
    params(BlueprintVersionPath, ReadParameters),
    responses(
        (status = 200, description = "The version.", body = api::BlueprintVersion),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("blueprint.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<BlueprintVersionRead, The<BlueprintVersion>>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let mut found = reading.place.read(&app, reading.moment).await?;
    if reading.moment == Moment::Now {
        app.add_uses(&reading.call, reading.place.home.home.org, reading.place.id, &mut found.json).await?;
    }
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
