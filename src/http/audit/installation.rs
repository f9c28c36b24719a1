use crate::app::App;
use crate::http::call::{AuditPlatform, Authorized, OwnScope};
use crate::http::documentation::THE_RECORD;
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use crate::http::trail::{Filters, PageParameters, Seen, send};
use api::AuditPage;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;

/// Read the audit trail of partners and the platform
///
/// The operator sees what operators and partners' staff did and tried, and the lives of all orgs; a partner's staff see
/// their own partner's, and the lives of its orgs. Nothing of what is inside an org. Positions are the installation's.
/// With `Accept: application/x-ndjson`, `text/csv` or `application/vnd.ocsf+x-ndjson` (OCSF API Activity, a line
/// each), all entries that fit are sent, not a page.
#[utoipa::path(
    get,
    path = "/v1/audit",
    operation_id = "listAudit",
    tag = THE_RECORD,
    params(PageParameters, Filters),
    responses((
        status = 200,
        description = "One page of entries.",
        content((AuditPage = "application/json"), (String = "application/x-ndjson"), (String = "text/csv"), (String = "application/vnd.ocsf+x-ndjson"))
    )),
    extensions(("x-required-permission" = json!("audit.platform")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<AuditPlatform, OwnScope, ListQuery<Filters>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let audited = app.audited_together(authorized.call.caller.partner).await?;
    send(&app, audited, &Seen::All, authorized.query, &headers).await
}
