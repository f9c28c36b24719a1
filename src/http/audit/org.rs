use crate::app::App;
use crate::app::audit::Audited;
use crate::authz::Reach;
use crate::http::call::{AuditOrg, Authorized, TheOrg};
use crate::http::documentation::{OrgPath, THE_RECORD};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use crate::http::trail::{Filters, PageParameters, send};
use api::AuditPage;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;

/// Read an org's audit trail
///
/// What happened in the org and what was tried by its members, newest first. Its partner's staff see what is about the
/// org itself. With `Accept: application/x-ndjson` or `text/csv`, all entries that fit are sent, not a page.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/audit",
    operation_id = "listOrgAudit",
    tag = THE_RECORD,
    params(OrgPath, PageParameters, Filters),
    responses((
        status = 200,
        description = "One page of entries.",
        content((AuditPage = "application/json"), (String = "application/x-ndjson"), (String = "text/csv"))
    )),
    extensions(("x-required-permission" = json!("audit.org")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<AuditOrg, TheOrg>,
    query: ListQuery<Filters>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let org = authorized.place.org;
    let only_about_org = (authorized.call.reach == Reach::OrgEntriesOnly).then_some(org);
    send(&app, Audited::Scope(org), only_about_org, query, &headers).await
}
