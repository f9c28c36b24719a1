use crate::app::App;
use crate::http::call::{Authorized, LedgerProve, TheOrg};
use crate::http::documentation::{OrgPath, THE_RECORD};
use crate::http::problem::Problem;
use crate::http::request::{NoParameters, Query};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Get a checkpoint of an org's ledger
///
/// A C2SP signed note: how many positions the org's ledger has, and the root of the Merkle tree (RFC 9162) over them. It
/// covers everything that happened in the org before it was asked for. Whoever keeps it can tell later whether anything up to
/// there was changed: `quarterdeck verify --against FILE`.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/ledger/checkpoint",
    operation_id = "getLedgerCheckpoint",
    tag = THE_RECORD,
    params(OrgPath),
    responses((status = 200, description = "The signed note.", body = String, content_type = "text/plain")),
    extensions(
        ("x-required-permission" = json!("ledger.proof")),
        ("x-problem-codes" = json!(["ledger_rewritten"]))
    )
)]
pub(super) async fn checkpoint(
    State(app): State<Arc<App>>,
    authorized: Authorized<LedgerProve, TheOrg, Query<NoParameters>>,
) -> Result<Response, Problem> {
    let signed = app.checkpoint(authorized.place.org).await?;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], signed.note).into_response())
}
