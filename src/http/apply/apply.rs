use crate::app::apply::{Apply, ApplyDone};
use crate::app::home::InOrg;
use crate::http::attempts::RefusedInPart;
use crate::http::body::Documents;
use crate::http::call::{ApplyDocuments, Command, TheOrg};
use crate::http::documentation::{ADMINISTRATION, ApplyParameters, OrgPath, WriteParameters};
use crate::http::manifest::{self, Label, Manifest};
use crate::http::problem::{Problem, ProblemCode};
use crate::http::reply::Reply;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;

/// How documents are applied.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct ApplyQuery {
    /// All or nothing.
    atomic: bool,
}

impl Default for ApplyQuery {
    fn default() -> Self {
        Self { atomic: true }
    }
}

/// Apply documents
///
/// Makes many things what documents say, in whatever order these come: makes what is not there, changes what differs, and
/// leaves alone what is as declared. Documents are those that a `PUT` of the thing takes, with `metadata.project` for what
/// is in a project, and `metadata.addon` or `metadata.blueprint` for a version, which `spec.active: true` also activates.
/// They may refer to each other. All of it is one unit of work: at first every document is judged, under the rights that
/// the operation on its thing alone would need, and where one is refused, nothing is recorded; with `atomic=false`
/// everything else is. `If-Match` is about one thing and is not taken.
#[utoipa::path(
    post,
    path = "/v1/orgs/{org}/apply",
    operation_id = "applyDocuments",
    tag = ADMINISTRATION,
    params(OrgPath, WriteParameters, ApplyParameters),
    request_body(content(
        (Vec<api::ApplyDocument> = "application/json", example = json!([
            { "kind": "Project", "metadata": { "name": "payments" } },
            {
                "kind": "Namespace",
                "metadata": { "name": "checkout", "project": "payments" },
                "spec": { "quota": { "cpuLimits": "4" } }
            }
        ])),
        (String = "application/yaml", example = "\
kind: Project
metadata:
  name: payments
---
kind: Namespace
metadata:
  name: checkout
  project: payments
spec:
  quota:
    cpuLimits: \"4\"
")
    )),
    responses((status = 200, description = "What each document came to.", body = api::ApplyReply)),
    extensions(
        ("x-required-permission" = json!("org.read")),
        ("x-problem-codes" = json!(["apply_refused", "malformed_yaml"]))
    )
)]
pub(super) async fn apply(
    command: Command<ApplyDocuments, TheOrg, ApplyQuery>,
    body: Documents,
) -> Result<Response, Problem> {
    let atomic = command.own.atomic;
    let TheOrg { org, partner } = command.place;
    if command.call.conditions.if_match.is_some() {
        let detail = "If-Match is about one thing: an apply does not take it.";
        return Err(Problem::new(ProblemCode::InvalidHeader, detail));
    }
    let dry_run = command.call.conditions.dry_run;
    let Documents { documents, are_yaml, bytes } = body;
    let read = documents.into_iter().map(|document| {
        let Manifest { document, label } = manifest::manifest(document, are_yaml);
        (document, label)
    });
    let (documents, labels): (Vec<_>, Vec<Label>) = read.unzip();
    let labels: Arc<[Label]> = labels.into();
    let said = Arc::clone(&labels);
    let apply = Apply {
        home: InOrg { org, partner },
        parts: documents,
        atomic,
        render: Arc::new(move |outcomes| {
            let reply = manifest::reply(&said, outcomes, atomic, dry_run);
            // Plain members always serialize.
            serde_json::to_string(&reply).unwrap_or_default()
        }),
    };
    let (app, call) = command.into_parts(&bytes);
    match app.apply(call, apply).await? {
        ApplyDone::Applied { body, written, replayed, outcomes } => {
            let reply = Reply::of_many(body, written.map(|written| written.scope_position), replayed);
            let mut response = reply.into_response();
            if outcomes.iter().any(Result::is_err) {
                let status = manifest::refusal(&labels, &outcomes).status();
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
                response.extensions_mut().insert(RefusedInPart(status));
            }
            Ok(response)
        }
        ApplyDone::Refused(outcomes) => Err(manifest::refusal(&labels, &outcomes)),
    }
}
