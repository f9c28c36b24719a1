//! Making a thing again what it was.

use super::Reverted;
use super::describe::{Described, Said, in_query, schemas_of};
use crate::app::App;
use crate::http::body::JsonBody;
use crate::http::call::{Command, Right};
use crate::http::documentation::WriteParameters;
use crate::http::edit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use api::Revert;
use axum::extract::State;
use axum::routing::post;
use serde_json::json;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa::openapi::path::HttpMethod;
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::Ref;
use utoipa::openapi::{ContentBuilder, Required};
use utoipa_axum::router::UtoipaMethodRouter;

/// What undoing can end in, whatever is undone.
const CODES: [&str; 7] = [
    "name_taken",
    "external_id_taken",
    "invalid_state",
    "immutable_field",
    "quota_exceeded",
    "grant_exceeds_own",
    "last_admin",
];

/// The operation, for what `P` names.
pub(super) fn operation<R: Right, P: Reverted>(of: &Described) -> UtoipaMethodRouter<Arc<App>> {
    let said = Said {
        id: format!("revert{}", of.kind),
        summary: format!("Make {} again what it was", of.noun),
        description: "Sets all that people set to what it was at a version, as a change of its own: nothing is taken \
                      out of the record. It is checked against today: names, references, quotas and rights. What is \
                      so already is left alone. What is deleted is restored first."
            .to_owned(),
        parameters: in_query::<WriteParameters>(),
        answer: ("It as it is now.", of.kind.to_owned()),
    };
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(Revert::name())))
        .example(Some(json!({ "toVersion": 1, "reason": "the new quota was too small" })))
        .build();
    let body = RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True));
    let operation = of.begin::<R>(said, &CODES).request_body(Some(body.build()));
    of.mounted(HttpMethod::Post, "revert", operation, schemas_of::<Revert>(), post(revert::<R, P>))
}

async fn revert<R: Right, P: Reverted>(
    State(app): State<Arc<App>>,
    command: Command<R, P>,
    body: JsonBody<Revert>,
) -> Result<Reply, Problem> {
    let thing = command.place.remembered()?;
    let then = app.document_at(&thing, body.value.to_version).await?;
    let update = command.place.update(edit::back_to(then))?;
    command.with_reason(body.value.reason).run(&body.bytes, update).await
}
