//! The middleware that has every failed command recorded before it is answered.

use super::call::PathParameters;
use super::problem::{Problem, ProblemCode};
use crate::app::App;
use crate::app::attempts::Asked;
use crate::authz::{Level, Target};
use crate::serve::ClientAddress;
use aggregates::access::{Attempt, Outcome};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::Instrument as _;
use uuid::Uuid;
use values::ScopeId;

/// Reads that are recorded, whether they were let or not.
const RECORDED_READS: [&str; 1] = ["ledger.export"];

/// Filled by whatever lets a caller in, also where it then refuses; read by [`attempts`]. Of one request.
#[derive(Clone, Debug, Default)]
pub struct Attempted(Arc<Mutex<Option<Tried>>>);

/// In the extensions of an answer of success: some of what was asked was refused, the first of it with this status.
#[derive(Clone, Copy, Debug)]
pub struct RefusedInPart(pub StatusCode);

#[derive(Clone, Debug)]
struct Tried {
    asked: Asked,
    action: &'static str,
    object: Option<Uuid>,
    project: Option<Uuid>,
}

impl Attempted {
    /// Says who called, and what for.
    pub fn was(&self, asked: Asked, action: &'static str, parameters: &PathParameters) {
        let object = object(action, parameters);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Tried { asked, action, object, project: None });
    }

    /// Says what the path named, where it was found: by name, too.
    pub fn found(&self, target: Target) {
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(tried) = tried.as_mut() else { return };
        let found = match (subject(tried.action), target.level()) {
            ("org", Level::Org) => target.org(),
            ("partner", Level::Partner) => target.partner(),
            _ => None,
        };
        tried.object = found.map(ScopeId::as_uuid).or(tried.object);
        tried.project = target.project();
    }

    fn take(&self) -> Option<Tried> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Around every operation: a command that ends in an error is in the ledger before the error is sent, and where it
/// cannot be, the answer is 503 `attempt_not_recordable`. Credentials that open nothing are counted.
pub async fn attempts(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return answered(app, request, next).await;
    }
    // Whoever hangs up does not get away unrecorded.
    let task = tokio::spawn(answered(app, request, next).in_current_span());
    task.await.unwrap_or_else(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "A command's task failed");
        Problem::internal().into_response()
    })
}

async fn answered(app: Arc<App>, mut request: Request, next: Next) -> Response {
    let attempted = Attempted::default();
    request.extensions_mut().insert(attempted.clone());
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let is_dry_run = is_dry_run(request.uri());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let address = request.extensions().get::<ClientAddress>().copied();
    let shows_credential =
        request.headers().contains_key(AUTHORIZATION) || request.headers().contains_key("x-api-key");

    let response = next.run(request).await;

    let problem = response.extensions().get::<Problem>().map(|problem| (problem.code(), response.status()));
    let in_part = || response.extensions().get::<RefusedInPart>().map(|it| (ProblemCode::ApplyRefused, it.0));
    let Some((code, status)) = problem.or_else(in_part) else { return response };
    if let (ProblemCode::Unauthenticated, true, Some(ClientAddress(address))) =
        (code, shows_credential, address)
    {
        app.saw_stranger(address);
    }
    let (Some(tried), Some(outcome)) = (attempted.take(), outcome(status)) else { return response };
    let is_attempt = (changes && !is_dry_run) || RECORDED_READS.contains(&tried.action);
    if !is_attempt {
        return response;
    }
    let attempt = Attempt {
        outcome,
        action: tried.action.to_owned(),
        code: code.as_str().to_owned(),
        kind: kind(tried.action),
        route: route.unwrap_or_default(),
        object: tried.object,
        project: tried.project,
        count: 1,
    };
    match app.attempted(&tried.asked, attempt, code != ProblemCode::Overloaded).await {
        Ok(()) => response,
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "Could not record an attempt");
            Problem::plain(ProblemCode::AttemptNotRecordable).into_response()
        }
    }
}

/// How an attempt ended; `None` for what is no attempt: 401 and 429.
fn outcome(status: StatusCode) -> Option<Outcome> {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS => None,
        StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => Some(Outcome::Denied),
        status if status.is_server_error() => Some(Outcome::Failed),
        _ => Some(Outcome::Refused),
    }
}

/// A dry run records nothing, so it is no attempt to change something either.
fn is_dry_run(uri: &Uri) -> bool {
    uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "dryRun=true"))
}

/// The kind of thing that an action is about, as on the wire: `Org` for `org.approve`.
fn kind(action: &str) -> String {
    let subject = subject(action);
    let mut characters = subject.chars();
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

fn subject(action: &str) -> &str {
    match action.split('.').next().unwrap_or_default() {
        // Staff and operators are users, too.
        "partnerUser" | "operator" => "user",
        subject => subject,
    }
}

/// The id of the thing that an action is about, where the path names it by id. Names may be personal.
fn object(action: &str, parameters: &PathParameters) -> Option<Uuid> {
    let parameter = match subject(action) {
        "apiKey" => "key",
        subject => subject,
    };
    super::call::id(parameters, parameter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_those_of_the_wire() {
        assert_eq!(kind("org.approve"), "Org");
        assert_eq!(kind("apiKey.issueForOthers"), "ApiKey");
        assert_eq!(kind("partnerUser.write"), "User");
    }

    #[test]
    fn what_is_tried_is_told_from_what_is_not() {
        let outcome = |code: ProblemCode| super::outcome(code.status());
        assert_eq!(outcome(ProblemCode::Unauthenticated), None);
        assert_eq!(outcome(ProblemCode::RateLimited), None);
        assert_eq!(outcome(ProblemCode::NotFound), Some(Outcome::Denied));
        assert_eq!(outcome(ProblemCode::OrgInactive), Some(Outcome::Denied));
        assert_eq!(outcome(ProblemCode::NameTaken), Some(Outcome::Refused));
        assert_eq!(outcome(ProblemCode::ValidationFailed), Some(Outcome::Refused));
        assert_eq!(outcome(ProblemCode::Internal), Some(Outcome::Failed));
    }
}
