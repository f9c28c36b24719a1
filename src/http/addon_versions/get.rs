use crate::app::App;
use crate::app::read::Moment;
use crate::http::call::{AddonVersionRead, Reading, The};
use crate::http::documentation::{ADMINISTRATION, AddonVersionPath, ReadParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use aggregates::addon_version::AddonVersion;
use axum::extract::State;
use std::sync::Arc;

/// Get a version of an add-on
///
/// By its name or its id; by id, deleted drafts are found too. The bytes of what is put on clusters are at `…/artifact`.
/// `status.usedBy` is what uses the version now, and no part of what `ETag` and `asOf` are about.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/addons/{addon}/versions/{version}",
    operation_id = "getAddonVersion",
    tag = ADMINISTRATION,
    params(AddonVersionPath, ReadParameters),
    responses(
        (status = 200, description = "The version.", body = api::AddonVersion),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("addon.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<AddonVersionRead, The<AddonVersion>>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let mut found = reading.place.read(&app, reading.moment).await?;
    if reading.moment == Moment::Now {
        app.add_users(&reading.call, reading.place.home.home.org, reading.place.id, &mut found.json).await?;
    }
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
