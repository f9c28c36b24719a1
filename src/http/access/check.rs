use crate::app::App;
use crate::http::body::JsonBody;
use crate::http::call::LetIn;
use crate::http::documentation::IDENTITY;
use crate::http::problem::Problem;
use crate::http::request::{NoParameters, Query};
use api::{AccessCheck, AccessCheckInput};
use axum::Json;
use axum::extract::State;
use std::sync::Arc;

/// Check access
///
/// Whether somebody may do something somewhere, as of now, and through which membership or role bindings. For oneself
/// that needs no permission; for others `access.checkOthers` in that place. What the caller may not know of is not there.
#[utoipa::path(
    post,
    path = "/v1/access/check",
    operation_id = "checkAccess",
    tag = IDENTITY,
    request_body(content = AccessCheckInput, example = json!({
        "actor": { "kind": "User", "id": "ada@acme.test" },
        "permission": "cluster.create",
        "org": "acme",
        "project": "payments"
    })),
    responses((status = 200, description = "The answer.", body = AccessCheck)),
    extensions(
        ("x-required-permission" = json!(null)),
        ("x-problem-codes" = json!(["forbidden", "validation_failed"]))
    )
)]
pub(super) async fn check(
    State(app): State<Arc<App>>,
    let_in: LetIn,
    _: Query<NoParameters>,
    body: JsonBody<AccessCheckInput>,
) -> Result<Json<AccessCheck>, Problem> {
    Ok(Json(app.check_access(&let_in.caller, &body.value).await?))
}
