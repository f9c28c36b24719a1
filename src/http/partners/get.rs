use crate::app::App;
use crate::http::call::{PartnerRead, Reading, ThePartner};
use crate::http::documentation::{PARTNER_APIS, PartnerPath, ReadParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use api::Partner;
use axum::extract::State;
use std::sync::Arc;
use values::{NameOrId, ScopeId};

/// Get a partner
///
/// By id, deleted ones are found too, with `metadata.deletedAt`; by name, only live ones.
#[utoipa::path(
    get,
    path = "/v1/partners/{partner}",
    operation_id = "getPartner",
    tag = PARTNER_APIS,
    params(PartnerPath, ReadParameters),
    responses(
        (status = 200, description = "The partner.", body = Partner),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("partner.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<PartnerRead, ThePartner>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let which = NameOrId::Id(reading.place.partner.as_uuid());
    let found =
        app.document(ScopeId::PLATFORM, "Partner", &which, reading.moment, reading.counting()).await?;
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
