use crate::app::App;
use crate::http::call::{BlueprintRead, Reading, The};
use crate::http::documentation::{ADMINISTRATION, BlueprintPath, ReadParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use aggregates::blueprint::Blueprint;
use axum::extract::State;
use std::sync::Arc;

/// Get a blueprint
///
/// By id, deleted ones are found too, with `metadata.deletedAt`; by name, only live ones.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/blueprints/{blueprint}",
    operation_id = "getBlueprint",
    tag = ADMINISTRATION,
    params(BlueprintPath, ReadParameters),
    responses(
        (status = 200, description = "The blueprint.", body = api::Blueprint),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("blueprint.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<BlueprintRead, The<Blueprint>>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let found = reading.place.read(&app, reading.moment).await?;
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
