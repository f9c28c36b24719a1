use crate::app::{App, Refused};
use crate::http::call::{Authorized, LedgerExport, TheOrg};
use crate::http::documentation::{OrgPath, THE_RECORD};
use crate::http::problem::Problem;
use crate::http::request::Query;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// From where on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// Goes on after this position, where an export broke off.
    #[param(required = false, minimum = 0)]
    after: Option<u64>,
    /// Ends with this position: the size of a checkpoint, so that it covers all of the export.
    #[param(required = false, minimum = 1)]
    until: Option<u64>,
}

/// Export an org's ledger
///
/// Every event of the org as it is stored, one JSON document a line, oldest first: what its leaf in the Merkle tree is the
/// hash of, and the leaf. Personal data is sealed in it as in the ledger. `quarterdeck verify --export FILE --against
/// CHECKPOINT` checks it without the service or its database. That it was taken is in the org's audit trail. An export that
/// breaks off ends without its last line break, or the connection breaks.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/ledger/export",
    operation_id = "exportLedger",
    tag = THE_RECORD,
    params(OrgPath, Parameters),
    responses((status = 200, description = "Every event.", body = String, content_type = "application/x-ndjson")),
    extensions(
        ("x-required-permission" = json!("ledger.export")),
        ("x-problem-codes" = json!(["as_of_in_future"]))
    )
)]
pub(super) async fn export(
    State(app): State<Arc<App>>,
    authorized: Authorized<LedgerExport, TheOrg, Query<Parameters>>,
) -> Result<Response, Problem> {
    let Query(Parameters { after, until }) = authorized.query;
    let org = authorized.place.org;
    let position = |given: u64| i64::try_from(given).unwrap_or(i64::MAX);
    let (after, until) = (position(after.unwrap_or(0)), until.map(position));
    let export = app.export(authorized.call, org, after, until).await?;
    // An error on the way breaks the connection off, so that nobody takes a part for the whole.
    let lines = stream::try_unfold(export, |mut export| async move {
        let next = export.next().await?;
        Ok::<_, Refused>(next.map(|lines| (Bytes::from(lines), export)))
    });
    Ok(([(CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(lines)).into_response())
}
