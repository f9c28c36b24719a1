use crate::app::App;
use crate::http::call::LetIn;
use crate::http::documentation::IDENTITY;
use crate::http::problem::Problem;
use crate::http::request::{NoParameters, Query};
use api::Me;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Who am I
///
/// The user, where this credential reaches, the key that was shown, and what it may do there. Needs no permission.
#[utoipa::path(
    get,
    path = "/v1/me",
    operation_id = "getMe",
    tag = IDENTITY,
    responses((status = 200, description = "The caller, as the service sees it.", body = Me)),
    extensions(("x-required-permission" = json!(null)))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    let_in: LetIn,
    _: Query<NoParameters>,
) -> Result<Response, Problem> {
    let json = app.me(&let_in.caller).await?;
    Ok(([(CONTENT_TYPE, "application/json")], json).into_response())
}
