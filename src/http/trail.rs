//! The audit trail, as it is asked for and as it is sent.

use super::call::moment;
use super::paging::PageCursor;
use super::problem::{Problem, ProblemCode};
use super::request::ListQuery;
use super::trail_formats::{self, Format};
use crate::app::App;
use crate::app::audit::{Audited, Wanted};
use crate::crypto::sha256;
use api::{AuditOutcome, AuditPage};
use axum::Json;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use projections::audit::Filter;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;
use values::{ScopeId, Timestamp};

/// The kind of page tokens.
const TOKEN: &str = "audit";

/// Which entries are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct Filters {
    /// Who: a user's id, or the id of another actor.
    #[param(required = false)]
    actor: Option<String>,
    /// The public half of the access key that was shown.
    #[param(required = false, example = "QDAK0123456789ABCDEF")]
    credential: Option<String>,
    /// What was asked.
    #[param(required = false, example = "org.create")]
    action: Option<String>,
    /// The kind of the object.
    #[param(required = false, example = "Org")]
    kind: Option<String>,
    /// The object's id.
    #[param(required = false)]
    object: Option<Uuid>,
    /// The id of the project that it happened in.
    #[param(required = false)]
    project: Option<Uuid>,
    /// By which kind of client: `console`, `rctl`, `api`, `agent` or `system`.
    #[param(required = false, example = "api")]
    client: Option<String>,
    /// How it ended.
    #[param(required = false, inline)]
    outcome: Option<AuditOutcome>,
    /// From this time on (RFC 3339).
    #[param(required = false)]
    since: Option<Timestamp>,
    /// Before this time (RFC 3339).
    #[param(required = false)]
    until: Option<Timestamp>,
    /// Text in the action, the object's kind or name, the reason, the code, the request's id, the credential or the
    /// events.
    #[param(required = false)]
    q: Option<String>,
}

/// Which page; and as of when.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its documentation is used")]
pub(super) struct PageParameters {
    /// The most entries on the page. NDJSON and CSV are not paged: all that fit are sent.
    #[param(required = false, minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// Asks for the next page, as of the first one.
    #[param(rename = "pageToken", required = false)]
    page_token: Option<String>,
    /// Answers as of this time (RFC 3339) or position.
    #[param(rename = "asOf", required = false)]
    as_of: Option<String>,
    /// Waits up to 2 s until this position is known here.
    #[param(rename = "minPosition", required = false, minimum = 0)]
    min_position: Option<u64>,
}

/// What of a trail is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Everything.
    All,
    /// What is about the org itself, and nothing of what is inside.
    AboutOrg(ScopeId),
    /// What is about these projects, and what is in them.
    OfProjects(Vec<Uuid>),
}

impl Filters {
    fn wanted(&self, seen: &Seen) -> Wanted {
        Wanted {
            filter: Filter {
                actor: self.actor.clone(),
                credential: self.credential.clone(),
                action: self.action.clone(),
                kind: self.kind.clone(),
                objects: None,
                client: self.client.clone(),
                outcome: self.outcome.map(|outcome| match outcome {
                    AuditOutcome::Allowed => "allowed",
                    AuditOutcome::Refused => "refused",
                    AuditOutcome::Denied => "denied",
                    AuditOutcome::Failed => "failed",
                }),
                only_about_org: match seen {
                    Seen::AboutOrg(org) => Some(*org),
                    Seen::All | Seen::OfProjects(_) => None,
                },
            },
            object: self.object,
            project: self.project,
            only_projects: match seen {
                Seen::OfProjects(projects) => Some(projects.clone()),
                Seen::All | Seen::AboutOrg(_) => None,
            },
            since: self.since,
            until: self.until,
            text: self.q.clone(),
        }
    }
}

/// The entries that are asked for, in the format that is asked for.
pub(super) async fn send(
    app: &Arc<App>,
    audited: Audited,
    seen: &Seen,
    query: ListQuery<Filters>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    query.page.sort(&[]).map_err(|_| {
        Problem::new(ProblemCode::InvalidParameter, "?sort: entries are newest first, and in no other order.")
    })?;
    let counting = audited.counting();
    let identity =
        sha256(format!("{audited:?}|{seen:?}|{:?}|{}", query.own, query.as_of.is_some()).as_bytes());
    let cursor = query.page.cursor(&identity, |token| app.keyring.open_token(TOKEN, token))?;
    if let Some(position) = query.min_position {
        app.wait_for(i64::try_from(position).unwrap_or(i64::MAX), counting).await?;
    }
    let (pinned, before) = if let Some(cursor) = &cursor {
        let position = i64::try_from(cursor.position).unwrap_or(i64::MAX);
        (app.pinned_at(cursor.epoch, position, counting).await?, cursor.last_key.parse().unwrap_or(0))
    } else {
        let pinned = app.pin(moment(query.as_of), counting).await?;
        (pinned, pinned.shown + 1)
    };
    let trail = app.trail(audited, query.own.wanted(seen), before).await?;
    match Format::asked(headers) {
        Format::Json => {
            let page = trail.page(usize::try_from(query.page.limit()).unwrap_or(1)).await?;
            let next_page_token = page.next.map(|next| {
                let cursor = PageCursor {
                    filter: identity,
                    epoch: pinned.epoch,
                    position: pinned.position.unsigned_abs(),
                    last_key: next.to_string(),
                    last_id: Uuid::nil(),
                };
                app.keyring.seal_token(&app.random, TOKEN, &cursor.to_bytes())
            });
            let page = AuditPage { items: page.items, next_page_token, position: pinned.shown };
            Ok(Json(page).into_response())
        }
        format @ (Format::NdJson | Format::Csv | Format::Ocsf) => Ok(trail_formats::stream(trail, format)),
    }
}
