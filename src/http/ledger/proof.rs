use crate::app::App;
use crate::app::proofs::Wanted;
use crate::http::call::{Authorized, LedgerProve, TheOrg};
use crate::http::documentation::{OrgPath, THE_RECORD};
use crate::http::problem::{FieldProblem, Problem, ProblemCode};
use crate::http::request::Query;
use api::LedgerProof;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// What is to be proved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// Proves that what happened at this position is in the ledger.
    #[param(required = false, minimum = 1)]
    position: Option<u64>,
    /// Proves that the ledger's first `from` positions are the beginning of its first `size`.
    #[param(required = false, minimum = 1)]
    from: Option<u64>,
    /// How many positions of the ledger the proofs are about; as many as the newest checkpoint, unless said.
    #[param(required = false, minimum = 1)]
    size: Option<u64>,
}

/// Prove something about an org's ledger
///
/// `position` proves that an event is in it (inclusion), `from` that an earlier state of it is the beginning of a later one
/// (consistency); one of them is needed, both are possible. With the answer comes a checkpoint that covers it. Nobody needs
/// to believe the server: hashes that do not lead to the root of a checkpoint that was kept show that it was rewritten.
#[utoipa::path(
    get,
    path = "/v1/orgs/{org}/ledger/proof",
    operation_id = "getLedgerProof",
    tag = THE_RECORD,
    params(OrgPath, Parameters),
    responses((status = 200, description = "The proofs.", body = LedgerProof)),
    extensions(
        ("x-required-permission" = json!("ledger.proof")),
        ("x-problem-codes" = json!(["ledger_rewritten", "as_of_in_future"]))
    )
)]
pub(super) async fn proof(
    State(app): State<Arc<App>>,
    authorized: Authorized<LedgerProve, TheOrg, Query<Parameters>>,
) -> Result<Json<LedgerProof>, Problem> {
    let Query(Parameters { position, from, size }) = authorized.query;
    for (name, given) in [("?position", position), ("?from", from), ("?size", size)] {
        if given == Some(0) {
            return Err(invalid(name, "must be 1 or more: positions begin at 1"));
        }
    }
    if position.is_none() && from.is_none() {
        return Err(invalid(
            "?position",
            "give the position whose place in the ledger is to be proved, or from",
        ));
    }
    for (name, given) in [("?position", position), ("?from", from)] {
        if let (Some(given), Some(size)) = (given, size)
            && given > size
        {
            return Err(invalid(name, "must not be more than size"));
        }
    }
    Ok(Json(app.prove(authorized.place.org, Wanted { position, from, size }).await?))
}

fn invalid(pointer: &str, detail: &str) -> Problem {
    Problem::new(ProblemCode::InvalidParameter, format!("{pointer}: {detail}."))
        .with_errors(vec![FieldProblem::new(pointer, "invalid_value", detail)])
}
