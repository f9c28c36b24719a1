use crate::app::App;
use crate::app::read::Moment;
use crate::http::call::{ProjectRead, Reading, TheProject};
use crate::http::documentation::{ADMINISTRATION, ProjectPath, ReadParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use axum::extract::State;
use std::sync::Arc;

/// Get a project
///
/// By id, deleted ones are found too, with `metadata.deletedAt`; by name, only live ones. `status.usage` is what its
/// namespaces hold now, and no part of what `ETag` and `asOf` are about.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}",
    operation_id = "getProject",
    tag = ADMINISTRATION,
    params(ProjectPath, ReadParameters),
    responses(
        (status = 200, description = "The project.", body = api::Project),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("project.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<ProjectRead, TheProject>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let mut found = reading.place.read(&app, reading.moment).await?;
    if reading.moment == Moment::Now {
        app.add_usage(reading.place.home.org, reading.place.id, &mut found.json).await?;
    }
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
