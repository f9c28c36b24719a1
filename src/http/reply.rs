//! Replies: a document as it is stored, its version as `ETag`, and where the command wrote.

use super::problem::Problem;
use super::request::{IfNoneMatch, etag};
use crate::app::read::Counting;
use crate::app::run::DryRun;
use crate::app::secrets::shown_once_by;
use crate::app::{App, Done, Refused};
use crate::ledger::catalogue;
use crate::ledger::unit::RecordedEvent;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use projections::documents::Found;
use projections::events::subject;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

const X_POSITION: HeaderName = HeaderName::from_static("x-position");
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// What is sent for one resource.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    version: Option<i64>,
    position: Option<i64>,
    replayed: bool,
    location: Option<String>,
    json: String,
}

/// The part of a document that says where it is found.
#[derive(Deserialize)]
struct Identified {
    metadata: Identity,
}

#[derive(Deserialize)]
struct Identity {
    id: Uuid,
}

impl Reply {
    /// What a use case came to; positions as they count where it was asked.
    ///
    /// # Errors
    /// The document cannot be opened.
    pub async fn from_done(app: &App, done: Done, counting: Counting) -> Result<Self, Problem> {
        if done.dry_run.is_some() {
            return Self::from_dry_run(app, done).await;
        }
        let mut json = app.people.open(done.json).await.map_err(Refused::from)?;
        if let Some(secret) = &done.secret {
            json = with_secret(&json, secret.member(), &json!(secret.expose()));
        } else if done.replayed
            && done.status == 201
            && let Some(member) = shown_once_by(kind_of(&json))
        {
            json = with_secret(&json, member, &Value::Null);
        }
        let position = done.written.map(|written| match counting {
            Counting::Installation => written.position,
            Counting::Scope(_) => written.scope_position,
        });
        Ok(Self {
            status: StatusCode::from_u16(done.status).unwrap_or(StatusCode::OK),
            version: Some(done.version),
            position,
            replayed: done.replayed,
            location: None,
            json,
        })
    }

    async fn from_dry_run(app: &App, done: Done) -> Result<Self, Problem> {
        let DryRun { position, events, new_people, gone_people } = done.dry_run.unwrap_or_default();
        let shown = events.iter().map(shown).collect::<Result<Vec<Value>, Problem>>()?;
        let body = format!(
            "{{\"dryRun\":true,\"position\":{position},\"resource\":{},\"events\":{}}}",
            done.json,
            Value::from(shown)
        );
        let json = app.people.open_as_if(body, &new_people, &gone_people).await.map_err(Refused::from)?;
        Ok(Self {
            status: StatusCode::OK,
            version: None,
            position: None,
            replayed: false,
            location: None,
            json,
        })
    }

    /// A document that was read. 304 where the caller has it already.
    ///
    /// # Errors
    /// The document cannot be opened.
    pub async fn from_found(
        app: &App,
        found: Found,
        if_none_match: Option<&IfNoneMatch>,
    ) -> Result<Self, Problem> {
        let known = if_none_match.is_some_and(|tags| tags.matches(found.version.unsigned_abs()));
        let json =
            if known { String::new() } else { app.people.open(found.json).await.map_err(Refused::from)? };
        Ok(Self {
            status: if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK },
            version: Some(found.version),
            position: None,
            replayed: false,
            location: None,
            json,
        })
    }

    /// What many documents came to, and the last position that was written.
    #[must_use]
    pub const fn of_many(json: String, position: Option<i64>, replayed: bool) -> Self {
        Self { status: StatusCode::OK, version: None, position, replayed, location: None, json }
    }

    /// Says where a thing that was made is found: in this collection, by its id.
    #[must_use]
    pub fn found_in(mut self, collection: &str) -> Self {
        if self.status == StatusCode::CREATED
            && let Ok(made) = serde_json::from_str::<Identified>(&self.json)
        {
            self.location = Some(format!("{collection}/{}", made.metadata.id));
        }
        self
    }

    /// The same with another status.
    #[must_use]
    pub const fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Whether this is the answer to an earlier request.
    #[must_use]
    pub const fn is_replayed(&self) -> bool {
        self.replayed
    }

    /// The JSON that is sent.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The same with other JSON: what is appended on read.
    #[must_use]
    pub fn with_json(mut self, json: String) -> Self {
        self.json = json;
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.json));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if self.status != StatusCode::NOT_MODIFIED {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(version) = self.version {
            headers.insert(ETAG, etag(version.unsigned_abs()));
        }
        if let Some(position) = self.position {
            headers.insert(X_POSITION, HeaderValue::from(position));
        }
        if self.replayed {
            headers.insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
        }
        if let Some(location) = self.location.and_then(|location| HeaderValue::try_from(location).ok()) {
            headers.insert(LOCATION, location);
        }
        response
    }
}

/// The kind of a document.
fn kind_of(json: &str) -> &str {
    #[derive(Deserialize)]
    struct Kind<'a> {
        kind: &'a str,
    }
    serde_json::from_str::<Kind<'_>>(json).map_or("", |document| document.kind)
}

/// A document with a secret in its status.
fn with_secret(json: &str, member: &str, secret: &Value) -> String {
    let Ok(mut document) = serde_json::from_str::<Value>(json) else { return json.to_owned() };
    if let Some(status) = document.get_mut("status").and_then(Value::as_object_mut) {
        status.insert(member.to_owned(), secret.clone());
    }
    document.to_string()
}

/// An event as a dry run shows it: as others would be told of it.
fn shown(event: &RecordedEvent) -> Result<Value, Problem> {
    let form = catalogue::publish(event.aggregate_type, &event.payload)
        .map_err(|error| Refused::Broken(Arc::new(error)))?;
    let subject = subject(form.collection, event.aggregate_type, event.aggregate_id, event.owner);
    Ok(json!({ "type": form.event_type, "subject": subject, "data": form.data }))
}
