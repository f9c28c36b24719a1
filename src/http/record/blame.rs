//! Who set what in a thing's spec.

use super::Remembered;
use super::describe::{Described, Said, in_query, schemas_of};
use crate::app::App;
use crate::http::call::{Reading, Right};
use crate::http::documentation::ReadParameters;
use crate::http::problem::Problem;
use api::Blame;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::UtoipaMethodRouter;

/// The operation, for what `P` names.
pub(super) fn operation<R: Right, P: Remembered>(of: &Described) -> UtoipaMethodRouter<Arc<App>> {
    let said = Said {
        id: format!("blame{}", of.kind),
        summary: format!("Read who set what in {}", of.noun),
        description:
            "For every field of `spec`: since which version it says what it says, and who made that version, \
                      when and why. Lists count as one field."
                .to_owned(),
        parameters: in_query::<ReadParameters>(),
        answer: ("Every field, and who set it.", "Blame".to_owned()),
    };
    let operation = of.begin::<R>(said, &[]);
    of.mounted(HttpMethod::Get, "blame", operation, schemas_of::<Blame>(), get(blame::<R, P>))
}

async fn blame<R: Right, P: Remembered>(
    State(app): State<Arc<App>>,
    reading: Reading<R, P>,
) -> Result<Response, Problem> {
    let (thing, counting) = (reading.place.remembered()?, reading.counting());
    let pinned = app.pin(reading.moment, counting).await?;
    let body = app.blame(&thing, pinned, counting).await?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}
