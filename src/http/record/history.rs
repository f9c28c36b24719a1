//! Who changed a thing, when, why, from where, and what.

use super::Remembered;
use super::describe::{Described, Said, in_query, schemas_of};
use crate::app::App;
use crate::crypto::sha256;
use crate::http::call::{Authorized, Right, moment};
use crate::http::paging::PageCursor;
use crate::http::problem::{Problem, ProblemCode};
use crate::http::request::{ListQuery, NoParameters};
use api::HistoryPage;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::UtoipaMethodRouter;

/// The kind of page tokens.
const TOKEN: &str = "history";

/// Which page; and as of when.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its documentation is used")]
struct Parameters {
    /// The most versions on the page.
    #[param(required = false, minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// Asks for the next page, as of the first one.
    #[param(rename = "pageToken", required = false)]
    page_token: Option<String>,
    /// Only versions up to this time (RFC 3339) or position.
    #[param(rename = "asOf", required = false)]
    as_of: Option<String>,
    /// Waits up to 2 s until this position is known here.
    #[param(rename = "minPosition", required = false, minimum = 0)]
    min_position: Option<u64>,
}

/// The operation, for what `P` names.
pub(super) fn operation<R: Right, P: Remembered>(of: &Described) -> UtoipaMethodRouter<Arc<App>> {
    let said = Said {
        id: format!("list{}History", of.kind),
        summary: format!("Read the history of {}", of.noun),
        description:
            "Every version, newest first: who made it, when, why and from where, and which fields changed by \
                      it. What is deleted has a history still, by its id. Secrets are never shown."
                .to_owned(),
        parameters: in_query::<Parameters>(),
        answer: ("One page of versions.", "HistoryPage".to_owned()),
    };
    let operation = of.begin::<R>(said, &[]);
    of.mounted(HttpMethod::Get, "history", operation, schemas_of::<HistoryPage>(), get(history::<R, P>))
}

async fn history<R: Right, P: Remembered>(
    State(app): State<Arc<App>>,
    authorized: Authorized<R, P, ListQuery<NoParameters>>,
) -> Result<Response, Problem> {
    authorized.query.page.sort(&[]).map_err(|_| {
        Problem::new(
            ProblemCode::InvalidParameter,
            "?sort: versions are newest first, and in no other order.",
        )
    })?;
    let (thing, counting) = (authorized.place.remembered()?, authorized.place.counting());
    let identity = sha256(format!("{thing:?}|{}", authorized.query.as_of.is_some()).as_bytes());
    let cursor = authorized.query.page.cursor(&identity, |token| app.keyring.open_token(TOKEN, token))?;
    if let Some(position) = authorized.query.min_position {
        app.wait_for(i64::try_from(position).unwrap_or(i64::MAX), counting).await?;
    }
    let (pinned, older_than) = match &cursor {
        Some(cursor) => {
            let position = i64::try_from(cursor.position).unwrap_or(i64::MAX);
            (app.pinned_at(cursor.epoch, position, counting).await?, cursor.last_key.parse().ok())
        }
        None => (app.pin(moment(authorized.query.as_of), counting).await?, None),
    };
    let limit = i64::from(authorized.query.page.limit());
    let versions = app.history(&thing, pinned, counting, older_than, limit).await?;
    let next_page_token = versions.next.map(|next| {
        let cursor = PageCursor {
            filter: identity,
            epoch: pinned.epoch,
            position: pinned.position.unsigned_abs(),
            last_key: next.to_string(),
            last_id: thing.id,
        };
        app.keyring.seal_token(&app.random, TOKEN, &cursor.to_bytes())
    });
    let page = HistoryPage { items: versions.items, next_page_token, position: pinned.shown };
    let body = app.history_json(&page).await?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}
