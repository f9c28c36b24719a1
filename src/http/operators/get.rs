use crate::app::App;
use crate::http::call::{Member, OperatorRead, Platform, Reading};
use crate::http::documentation::{IDENTITY, ReadParameters, UserPath};
use crate::http::member_lists;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use api::User;
use axum::extract::State;
use std::sync::Arc;

/// Get an operator
///
/// By id or e-mail address; removed ones are found too, with `metadata.deletedAt`.
#[utoipa::path(
    get,
    path = "/v1/operators/{user}",
    operation_id = "getOperator",
    tag = IDENTITY,
    params(UserPath, ReadParameters),
    responses(
        (status = 200, description = "The user.", body = User),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("operator.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<OperatorRead, Member<Platform>>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    member_lists::member(&app, reading, &context).await
}
