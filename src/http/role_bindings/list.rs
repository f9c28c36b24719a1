use crate::app::App;
use crate::app::read::Counting;
use crate::http::call::{Authorized, Bindings, RoleBindingRead};
use crate::http::documentation::{IDENTITY, ListParameters, OrgPath};
use crate::http::listing::{Filters, Listing};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use api::RoleBindingPage;
use axum::extract::State;
use axum::response::Response;
use projections::role_bindings::PROJECT_LABEL;
use std::sync::Arc;
use uuid::Uuid;

/// List role bindings
///
/// The role bindings of the org; whoever has rights in projects only sees those on these. They can be selected by what
/// they give: `labelSelector=quarterdeck.dev/role=PROJECT_ADMIN`, `quarterdeck.dev/project=` and a project's id,
/// `quarterdeck.dev/subject=` and a user's or group's id.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/role-bindings",
    operation_id = "listRoleBindings",
    tag = IDENTITY,
    params(OrgPath, ListParameters),
    responses((status = 200, description = "One page of role bindings.", body = RoleBindingPage)),
    extensions(("x-required-permission" = json!("roleBinding.read")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<RoleBindingRead, Bindings, ListQuery<Filters>>,
) -> Result<Response, Problem> {
    let org = authorized.place.home.org;
    let only = authorized.place.only(&authorized.call.caller);
    let ids = only.map(|projects| projects.iter().map(Uuid::to_string).collect::<Vec<_>>().join(","));
    let within = ids.as_deref().map(|ids| (PROJECT_LABEL, ids));
    let parents = [org];
    let listing = Listing::of("RoleBinding", &parents, Counting::Scope(org));
    Listing { within, ..listing }.page(&app, authorized.query).await
}
