use crate::app::App;
use crate::http::call::{Member, PartnerUserRead, Reading, ThePartner};
use crate::http::documentation::{IDENTITY, PartnerPath, ReadParameters, UserPath};
use crate::http::member_lists;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use api::User;
use axum::extract::State;
use std::sync::Arc;

/// Get one of a partner's staff
///
/// By id or e-mail address; removed ones are found too, with `metadata.deletedAt`.
#[utoipa::path(
    get,
    path = "/v1/partners/{partner}/users/{user}",
    operation_id = "getPartnerUser",
    tag = IDENTITY,
    params(PartnerPath, UserPath, ReadParameters),
    responses(
        (status = 200, description = "The user.", body = User),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("partnerUser.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<PartnerUserRead, Member<ThePartner>>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    member_lists::member(&app, reading, &context).await
}
