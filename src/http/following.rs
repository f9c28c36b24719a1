//! Events, as they are asked for: parameters to what is pulled or followed.

use super::problem::{FieldProblem, Problem, ProblemCode};
use crate::app::read::{Counting, Moment};
use crate::app::streams::{After, Filter, Pulling, Sight};
use crate::app::{App, Refused};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use projections::documents::{self, Which};
use serde::Deserialize;
use utoipa::IntoParams;
use values::{NameOrId, ScopeId};

/// How many events a page has unless it is said.
const PAGE: u32 = 50;
/// The most events of a page.
const LARGEST_PAGE: u32 = 500;

/// Which events are wanted, and after what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct StreamQuery {
    /// Goes on after this: a cursor (`<epoch>.<position>`: an event's `id:` in a stream, `nextAfter` of a page), or a bare
    /// position; `0` is the beginning. Without it: from now on. `Last-Event-ID` goes before it.
    #[param(required = false, pattern = r"^([0-9]{1,15}(\.[0-9]{1,15})?)?$")]
    after: Option<String>,
    /// Only events of these types, separated by commas: each in full, or the beginning of some and a `*`, as in
    /// `io.quarterdeck.project.*`.
    #[param(required = false, rename = "type")]
    r#type: Option<String>,
    /// Only events whose subject begins so: `clusters/`, or one thing's.
    #[param(required = false)]
    subject: Option<String>,
    /// Only events of this project, by name or id, and of what is in it.
    #[param(required = false)]
    project: Option<NameOrId>,
}

/// As [`StreamQuery`], for the installation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct InstallationStreamQuery {
    /// Goes on after this: a cursor (`<epoch>.<position>`: an event's `id:` in a stream, `nextAfter` of a page), or a bare
    /// position; `0` is the beginning. Without it: from now on. `Last-Event-ID` goes before it.
    #[param(required = false, pattern = r"^([0-9]{1,15}(\.[0-9]{1,15})?)?$")]
    after: Option<String>,
    /// Only events of these types, separated by commas: each in full, or the beginning of some and a `*`, as in
    /// `io.quarterdeck.org.*`.
    #[param(required = false, rename = "type")]
    r#type: Option<String>,
    /// Only events whose subject begins so: `orgs/`, or one thing's.
    #[param(required = false)]
    subject: Option<String>,
}

/// Which page of events is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct EventQuery {
    /// Goes on after this: a cursor (`nextAfter` of the page before), or a bare position, such as the `position` of a
    /// list; from the beginning without it.
    #[param(required = false, pattern = r"^([0-9]{1,15}(\.[0-9]{1,15})?)?$")]
    after: Option<String>,
    /// Only events of these types, separated by commas: each in full, or the beginning of some and a `*`, as in
    /// `io.quarterdeck.project.*`.
    #[param(required = false, rename = "type")]
    r#type: Option<String>,
    /// Only events whose subject begins so: `clusters/`, or one thing's.
    #[param(required = false)]
    subject: Option<String>,
    /// Only events of this project, by name or id, and of what is in it.
    #[param(required = false)]
    project: Option<NameOrId>,
    /// The most events on the page; 50, unless said.
    #[param(required = false, minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// As [`EventQuery`], for the installation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct InstallationEventQuery {
    /// Goes on after this: a cursor (`nextAfter` of the page before), or a bare position, such as the `position` of a
    /// list; from the beginning without it.
    #[param(required = false, pattern = r"^([0-9]{1,15}(\.[0-9]{1,15})?)?$")]
    after: Option<String>,
    /// Only events of these types, separated by commas: each in full, or the beginning of some and a `*`, as in
    /// `io.quarterdeck.org.*`.
    #[param(required = false, rename = "type")]
    r#type: Option<String>,
    /// Only events whose subject begins so: `orgs/`, or one thing's.
    #[param(required = false)]
    subject: Option<String>,
    /// The most events on the page; 50, unless said.
    #[param(required = false, minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// The header by which a stream is resumed.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its documentation is used")]
pub(super) struct ResumeHeaders {
    /// Goes on after the event with this `id:`, as browsers do when a connection breaks.
    #[param(rename = "Last-Event-ID", required = false)]
    last_event_id: Option<String>,
}

/// What all four have in common.
#[derive(Debug)]
pub(super) struct Wanted {
    after: Option<String>,
    r#type: Option<String>,
    subject: Option<String>,
    project: Option<NameOrId>,
    limit: Option<u32>,
}

impl From<StreamQuery> for Wanted {
    fn from(StreamQuery { after, r#type, subject, project }: StreamQuery) -> Self {
        Self { after, r#type, subject, project, limit: None }
    }
}

impl From<InstallationStreamQuery> for Wanted {
    fn from(InstallationStreamQuery { after, r#type, subject }: InstallationStreamQuery) -> Self {
        Self { after, r#type, subject, project: None, limit: None }
    }
}

impl From<EventQuery> for Wanted {
    fn from(EventQuery { after, r#type, subject, project, limit }: EventQuery) -> Self {
        Self { after, r#type, subject, project, limit }
    }
}

impl From<InstallationEventQuery> for Wanted {
    fn from(InstallationEventQuery { after, r#type, subject, limit }: InstallationEventQuery) -> Self {
        Self { after, r#type, subject, project: None, limit }
    }
}

impl Wanted {
    /// Which events are wanted.
    ///
    /// # Errors
    /// A parameter does not fit, or the database could not answer.
    pub(super) async fn filter(&self, app: &App, org: Option<ScopeId>) -> Result<Filter, Problem> {
        let mut filter = Filter::default();
        if let Some(types) = &self.r#type {
            let types = types.split(',').map(str::trim);
            filter = filter.of_types(types).map_err(|unknown| invalid("?type", &unknown.to_string()))?;
        }
        filter = filter.of_subjects(self.subject.as_deref().unwrap_or_default());
        if let (Some(project), Some(org)) = (&self.project, org) {
            let which = match project {
                NameOrId::Id(id) => Which::Id(*id),
                NameOrId::Name(name) => Which::Name(name.as_str()),
            };
            let found = documents::sight(&app.pool, org, org.as_uuid(), "Project", which).await;
            let found = found.map_err(Refused::from)?;
            let found = found.ok_or_else(|| invalid("?project", "there is no such project in the org"))?;
            filter = filter.in_project(found.id);
        }
        Ok(filter)
    }

    /// After what a page goes on.
    fn after(&self) -> Result<After, Problem> {
        let text = self.after.as_deref().unwrap_or_default();
        After::parse(text).ok_or_else(|| {
            invalid(
                "?after",
                "must be a cursor, <epoch>.<position> as this server gave it out, or a position",
            )
        })
    }

    /// After what a stream goes on.
    ///
    /// # Errors
    /// It is no place to go on from.
    pub(super) fn resume(&self, headers: &HeaderMap) -> Result<After, Problem> {
        let Some(last) = headers.get("last-event-id").filter(|last| !last.is_empty()) else {
            return if self.after.is_some() { self.after() } else { Ok(After::Now) };
        };
        last.to_str().ok().and_then(After::parse).ok_or_else(|| {
            Problem::new(
                ProblemCode::InvalidHeader,
                "Last-Event-ID must be the id: of an event or bookmark of this stream, <epoch>.<position>.",
            )
        })
    }

    fn limit(&self) -> Result<usize, Problem> {
        let limit = self.limit.unwrap_or(PAGE);
        if !(1..=LARGEST_PAGE).contains(&limit) {
            return Err(invalid("?limit", "must be 1 to 500"));
        }
        Ok(usize::try_from(limit).unwrap_or(1))
    }

    /// The page that is asked for, ready to be sent.
    ///
    /// # Errors
    /// A parameter does not fit, or the database could not answer.
    pub(super) async fn page(
        &self,
        app: &App,
        counting: Counting,
        moment: Moment,
        sight: Sight,
    ) -> Result<Response, Problem> {
        let org = match counting {
            Counting::Scope(org) => Some(org),
            Counting::Installation => None,
        };
        let (after, limit) = (self.after()?, self.limit()?);
        let filter = self.filter(app, org).await?;
        let pulled = app.pull(&Pulling { counting, after, moment, filter, sight, limit }).await?;
        let mut body = Vec::from(*b"{\"items\":[");
        for (index, told) in pulled.events.iter().enumerate() {
            if index > 0 {
                body.push(b',');
            }
            body.extend_from_slice(&told.json(counting));
        }
        let rest = format!("],\"nextAfter\":\"{}\",\"position\":{}}}", pulled.next, pulled.position);
        body.extend_from_slice(rest.as_bytes());
        Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
    }
}

fn invalid(pointer: &str, detail: &str) -> Problem {
    Problem::new(ProblemCode::InvalidParameter, format!("{pointer}: {detail}."))
        .with_errors(vec![FieldProblem::new(pointer, "invalid_value", detail)])
}
