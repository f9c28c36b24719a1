use crate::app::App;
use crate::http::call::{OrgRead, Reading};
use crate::http::documentation::{OrgPath, PARTNER_APIS, ReadParameters};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::request::RequestContext;
use api::Org;
use axum::extract::State;
use std::sync::Arc;
use values::NameOrId;

/// Get an org
///
/// By id, deleted ones are found too, with `metadata.deletedAt`; by name, only live ones.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}",
    operation_id = "getOrg",
    tag = PARTNER_APIS,
    params(OrgPath, ReadParameters),
    responses(
        (status = 200, description = "The org.", body = Org),
        (status = 304, description = "The caller has this version already.")
    ),
    extensions(("x-required-permission" = json!("org.read")))
)]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reading: Reading<OrgRead>,
    context: RequestContext,
) -> Result<Reply, Problem> {
    let which = NameOrId::Id(reading.place.org.as_uuid());
    let found =
        app.document(reading.place.partner, "Org", &which, reading.moment, reading.counting()).await?;
    Reply::from_found(&app, found, context.if_none_match.as_ref()).await
}
