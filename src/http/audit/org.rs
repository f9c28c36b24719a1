use crate::app::App;
use crate::app::audit::Audited;
use crate::authz::Reach;
use crate::http::call::{AuditOrg, AuditedOrg, Authorized};
use crate::http::documentation::{OrgPath, THE_RECORD};
use crate::http::problem::Problem;
use crate::http::request::ListQuery;
use crate::http::trail::{Filters, PageParameters, Seen, send};
use api::AuditPage;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;

/// Read an org's audit trail
///
/// What happened in the org and what was tried by its members, newest first. Whose rights are in projects
/// (`audit.project`) sees what is about these and in them; the org's partner's staff see what is about the org itself.
/// With `Accept: application/x-ndjson`, `text/csv` or `application/vnd.ocsf+x-ndjson` (OCSF API Activity, a line
/// each), all entries that fit are sent, not a page.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/audit",
    operation_id = "listOrgAudit",
    tag = THE_RECORD,
    params(OrgPath, PageParameters, Filters),
    responses((
        status = 200,
        description = "One page of entries.",
        content((AuditPage = "application/json"), (String = "application/x-ndjson"), (String = "text/csv"), (String = "application/vnd.ocsf+x-ndjson"))
    )),
    extensions(("x-required-permission" = json!("audit.org")))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    authorized: Authorized<AuditOrg, AuditedOrg, ListQuery<Filters>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let AuditedOrg { org, projects, .. } = authorized.place;
    let seen = match projects {
        Some(projects) => Seen::OfProjects(projects),
        None if authorized.call.reach == Reach::OrgEntriesOnly => Seen::AboutOrg(org),
        None => Seen::All,
    };
    send(&app, Audited::Scope(org), &seen, authorized.query, &headers).await
}
