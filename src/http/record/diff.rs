//! What lies between two versions of a thing.

use super::Remembered;
use super::describe::{Described, Said, in_query, schemas_of};
use crate::app::App;
use crate::app::history::Between;
use crate::http::call::{Reading, Right};
use crate::http::documentation::ReadParameters;
use crate::http::problem::Problem;
use api::Diff;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::UtoipaMethodRouter;

/// Which versions.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct Versions {
    /// The version that the comparison starts from; the one before `to` unless told otherwise.
    #[param(required = false, minimum = 1)]
    from: Option<u32>,
    /// The version that it leads to; the newest unless told otherwise.
    #[param(required = false, minimum = 1)]
    to: Option<u32>,
}

/// The operation, for what `P` names.
pub(super) fn operation<R: Right, P: Remembered>(of: &Described) -> UtoipaMethodRouter<Arc<App>> {
    let said = Said {
        id: format!("diff{}", of.kind),
        summary: format!("Compare two versions of {}", of.noun),
        description: "The patches (RFC 6902) that lead from one version to the other and back, and the same field by \
                      field: what people set of `metadata`, `spec` and `status`. A version and itself differ in \
                      nothing. With `asOf`, only versions up to then are there."
            .to_owned(),
        parameters: [in_query::<Versions>(), in_query::<ReadParameters>()].concat(),
        answer: ("What lies between the two.", "Diff".to_owned()),
    };
    let operation = of.begin::<R>(said, &["validation_failed"]);
    of.mounted(HttpMethod::Get, "diff", operation, schemas_of::<Diff>(), get(diff::<R, P>))
}

async fn diff<R: Right, P: Remembered>(
    State(app): State<Arc<App>>,
    reading: Reading<R, P, Versions>,
) -> Result<Response, Problem> {
    let thing = reading.place.remembered()?;
    let pinned = app.pin(reading.moment, reading.counting()).await?;
    let Versions { from, to } = reading.own;
    let between = Between { from: from.map(i64::from), to: to.map(i64::from) };
    let body = app.diff(&thing, pinned, between).await?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}
