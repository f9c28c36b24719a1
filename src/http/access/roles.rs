use crate::app::access::catalogue;
use crate::http::call::LetIn;
use crate::http::documentation::IDENTITY;
use crate::http::problem::Problem;
use crate::http::request::{NoParameters, Query};
use api::RoleList;
use axum::Json;

/// List roles
///
/// Every role there is, how wide it is meant to reach, and the permissions it gives there. Needs no permission.
#[utoipa::path(
    get,
    path = "/v1/roles",
    operation_id = "listRoles",
    tag = IDENTITY,
    responses((status = 200, description = "All roles.", body = RoleList)),
    extensions(("x-required-permission" = json!(null)))
)]
pub(super) async fn list(_: LetIn, _: Query<NoParameters>) -> Result<Json<RoleList>, Problem> {
    Ok(Json(catalogue()))
}
