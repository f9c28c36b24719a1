use crate::app::App;
use crate::app::Refused;
use crate::http::call::{Reading, RoleBindingRead, TheBinding, project_of};
use crate::http::documentation::{IDENTITY, ReadParameters, RoleBindingPath};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use api::RoleBinding;
use axum::extract::State;
use std::sync::Arc;

/// Get a role binding
///
/// By id, deleted ones are found too, with `metadata.deletedAt`; by name, only live ones. Whoever has rights in
/// projects only sees the bindings on these.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/role-bindings/{binding}",
    operation_id = "getRoleBinding",
    tag = IDENTITY,
    params(RoleBindingPath, ReadParameters),
    responses(
        (status = 200, description = "The role binding.", body = RoleBinding),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("roleBinding.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<RoleBindingRead, TheBinding>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let which = reading.place.which.as_ref().ok_or(Refused::NotFound)?;
    let (org, counting) = (reading.place.among.home.org, reading.counting());
    let found = app.document(org, "RoleBinding", which, reading.moment, counting).await?;
    if !reading.place.among.sees(&reading.call.caller, project_of(&found)?) {
        return Err(Refused::NotFound.into());
    }
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
