use crate::app::access::catalogue;
use crate::http::documentation::IDENTITY;
use crate::http::problem::Problem;
use crate::http::request::{NoParameters, Query};
use api::RoleList;
use axum::Json;

/// List roles
///
/// Every role there is, how wide it is meant to reach, and the permissions it gives there. Needs no credential.
#[utoipa::path(
    get,
    path = "/v1/roles",
    operation_id = "listRoles",
    tag = IDENTITY,
    responses((status = 200, description = "All roles.", body = RoleList))
)]
pub(super) async fn list(_: Query<NoParameters>) -> Result<Json<RoleList>, Problem> {
    Ok(Json(catalogue()))
}
