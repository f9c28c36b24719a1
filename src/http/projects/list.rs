use crate::app::App;
use crate::http::call::{Authorized, Place, ProjectList, VisibleProjects};
use crate::http::documentation::{ADMINISTRATION, ListParameters, OrgPath};
use crate::http::listing::{Filters, Listing};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::ProjectPage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List projects
///
/// The projects of the org; whoever has rights in some of them only sees these.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects",
    operation_id = "listProjects",
    tag = ADMINISTRATION,
    params(OrgPath, ListParameters),
    responses((status = 200, description = "One page of projects.", body = ProjectPage)),
    extensions(("x-required-permission" = json!("project.read")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<ProjectList, VisibleProjects, ListQuery<Filters>>,
) -> Result<Response, Problem> {
    let VisibleProjects { org, only, .. } = &authorized.place;
    let parents = [*org];
    let listing = Listing::of("Project", &parents, authorized.place.counting());
    Listing { ids: only.as_deref(), ..listing }.page(&app, authorized.query).await
}
