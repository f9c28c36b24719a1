use crate::app::App;
use crate::http::call::{PartnerUserKeyRead, Reading, TheKey, ThePartner};
use crate::http::documentation::{IDENTITY, KeyPath, PartnerPath, ReadParameters, UserPath};
use crate::http::member_lists;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use api::ApiKey;
use axum::extract::State;
use std::sync::Arc;

/// Get an access key of one of a partner's staff
///
/// By id or public half; deleted ones are found too. Its secret is never shown again; its last use is shown at most
/// 60 s late, and not under `asOf`.
#[utoipa::path(
    get,
    path = "/v1/partners/{partner}/users/{user}/api-keys/{key}",
    operation_id = "getPartnerUserApiKey",
    tag = IDENTITY,
    params(PartnerPath, UserPath, KeyPath, ReadParameters),
    responses(
        (status = 200, description = "The access key.", body = ApiKey),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("partnerUser.read")))
)]
pub(super) async fn get_key(
    State(app): State<Arc<App>>,
    reading: Reading<PartnerUserKeyRead, TheKey<ThePartner>>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    member_lists::key(&app, reading, &context).await
}
