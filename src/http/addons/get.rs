use crate::app::App;
use crate::http::call::{AddonRead, Reading, The};
use crate::http::documentation::{ADMINISTRATION, AddonPath, ReadParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use aggregates::addon::Addon;
use axum::extract::State;
use std::sync::Arc;

/// Get an add-on
///
/// By id, deleted ones are found too, with `metadata.deletedAt`; by name, only live ones.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/addons/{addon}",
    operation_id = "getAddon",
    tag = ADMINISTRATION,
    params(AddonPath, ReadParameters),
    responses(
        (status = 200, description = "The add-on.", body = api::Addon),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("addon.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<AddonRead, The<Addon>>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let found = reading.place.read(&app, reading.moment).await?;
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
