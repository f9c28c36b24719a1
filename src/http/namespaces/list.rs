use crate::app::App;
use crate::http::call::{Authorized, NamespaceList, Place, VisibleNamespaces};
use crate::http::documentation::{ADMINISTRATION, ListParameters, ProjectPath};
use crate::http::listing::{Filters, Listing};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::NamespacePage;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// List namespaces
///
/// The namespaces of the project; whoever has rights in some of them only sees these.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/projects/{project}/namespaces",
    operation_id = "listNamespaces",
    tag = ADMINISTRATION,
    params(ProjectPath, ListParameters),
    responses((status = 200, description = "One page of namespaces.", body = NamespacePage)),
    extensions(("x-required-permission" = json!("namespace.read")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<NamespaceList, VisibleNamespaces, ListQuery<Filters>>,
) -> Result<Response, Problem> {
    let place = &authorized.place;
    let parents = [place.lister()];
    let listing = Listing::of("Namespace", &parents, place.counting());
    Listing { ids: place.only.as_deref(), ..listing }.page(&app, authorized.query).await
}
