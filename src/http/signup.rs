//! Signing up.

use super::body::JsonBody;
use super::call::origin;
use super::documentation::PARTNER_APIS;
use super::problem::{Problem, ProblemCode};
use super::reply::Reply;
use super::request::{NoParameters, Query};
use crate::app::call::Origin;
use crate::app::read::Counting;
use crate::app::{App, Refused};
use crate::ledger::unit::Refusal;
use aggregates::facts::ClaimKind;
use api::{Org, Signup};
use axum::extract::{FromRequestParts, State};
use axum::http::header::HOST;
use axum::http::request::Parts;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use values::{HostName, ScopeId};

/// The operations.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(sign_up))
}

/// Somebody without a credential, who has not asked too often.
pub(super) struct Public {
    origin: Origin,
    host: Option<HostName>,
}

impl FromRequestParts<Arc<App>> for Public {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let origin = origin(parts, app).await?;
        app.public_rate.take(origin.address, app.clock.now()).map_err(|seconds| {
            Problem::new(ProblemCode::RateLimited, "Too many sign-ups from this address.")
                .retry_after(seconds)
        })?;
        Ok(Self { origin, host: host(parts) })
    }
}

/// The host that was asked, without its port: by the header, or by the target of HTTP/2.
fn host(parts: &Parts) -> Option<HostName> {
    let header = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = header.or_else(|| parts.uri.authority().map(axum::http::uri::Authority::as_str))?;
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    HostName::parse(host).ok()
}

/// Sign up a new org
///
/// Asks a partner to let a new org in; needs no credential. The partner is the one under whose host this is asked, and
/// takes sign-ups only where its policy says so. The org waits for approval, and its first user is `ORG_ADMIN` from
/// then on. What nobody approves within 30 days is rejected.
#[utoipa::path(
    post,
    path = "/v1/signup",
    operation_id = "signUp",
    tag = PARTNER_APIS,
    request_body(content = Signup, example = json!({
        "org": { "name": "acme", "displayName": "Acme Ltd" },
        "user": { "email": "ada@acme.test", "firstName": "Ada", "lastName": "Lovelace" }
    })),
    responses((status = 202, description = "The org waits for approval.", body = Org)),
    extensions(("x-problem-codes" = json!(["signup_closed", "name_taken", "rate_limited"])))
)]
async fn sign_up(
    State(app): State<Arc<App>>,
    public: Public,
    Query(NoParameters {}): Query,
    body: JsonBody<Signup>,
) -> Result<Reply, Problem> {
    let done = app.sign_up(public.host.as_ref(), body.value, public.origin).await.map_err(told_to_public)?;
    // Positions of the org's own: nobody outside learns how much is going on.
    Reply::from_done(&app, done, Counting::Scope(ScopeId::PLATFORM)).await
}

/// A refusal as the public sees it: not by whom a name is taken.
fn told_to_public(refused: Refused) -> Problem {
    if let Refused::Admission(Refusal::Claimed { kind: ClaimKind::OrgName, .. }) = refused {
        return Problem::new(ProblemCode::NameTaken, "This name is taken: choose another.");
    }
    refused.into()
}
