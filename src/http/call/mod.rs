//! The way into an operation: whoever is in its signature as [`Command`] or [`Reading`] has been let in and has the right
//! that the signature names, on the place that the path names. A handler without it cannot be reached by anybody who
//! needs a right.

mod access;
mod audited;
mod delivery;
mod member;
mod namespaces;
mod place;
mod projects;
mod put;
mod rights;
mod the;
mod workloads;

pub use access::{Bindings, TheBinding, project_of};
pub use audited::AuditedOrg;
pub use delivery::TheDelivery;
pub use member::{HasMembers, Member, MemberKeys, OwnKey, ScopeKeys, TheKey};
pub use namespaces::{ForWorkloads, VisibleNamespaces};
pub use place::{
    OwnScope, PartnerForOrg, PathParameters, Place, Platform, TheOrg, ThePartner, VisibleOrgs, id,
};
pub use projects::VisibleProjects;
pub use put::PutCommand;
pub use rights::*;
pub use the::{Houses, InPath, The, TheProject, lister};
pub use workloads::{TheRevision, TheWorkload};

use super::attempts::Attempted;
use super::body::Sender;
use super::credentials::{self, PresentedCredential};
use super::limits;
use super::problem::Problem;
use super::reply::Reply;
use super::request::{
    AsOf, IfMatch, IfNoneMatch, NoParameters, ReadQuery, RequestContext, WriteQuery, canonical_query,
    fingerprint_input,
};
use crate::app::attempts::Asked;
use crate::app::call::{Conditions, Expected, Origin, decide, decide_reading, require};
use crate::app::plan::UseCase;
use crate::app::read::{Counting, Moment};
use crate::app::{App, Call};
use crate::authn::{AuthMethod, Caller, NotLetIn};
use crate::serve::ClientAddress;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::Method;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use values::Reason;

/// A caller with a right on a place. The query `Q` is read before anything is looked up, so that what is wrong with it is
/// said whether or not the place is there.
#[derive(Debug)]
pub struct Authorized<R, P, Q> {
    /// The call, for use cases.
    pub call: Call,
    /// The place.
    pub place: P,
    /// What the query says.
    pub query: Q,
    right: PhantomData<R>,
}

/// A command: a caller with the right `R` on the place `P`, how the command wants to be taken, and the parameters `T` of the
/// operation's own.
#[derive(Debug)]
pub struct Command<R, P = TheOrg, T = NoParameters> {
    /// The call, for use cases.
    pub call: Call,
    /// The place.
    pub place: P,
    /// The operation's own parameters.
    pub own: T,
    app: Arc<App>,
    right: PhantomData<R>,
}

/// A read: a caller with the right `R` on the place `P`, and the parameters `T` of the operation's own.
#[derive(Debug)]
pub struct Reading<R, P = TheOrg, T = NoParameters> {
    /// The call.
    pub call: Call,
    /// The place.
    pub place: P,
    /// When the read is of.
    pub moment: Moment,
    /// The operation's own parameters.
    pub own: T,
    right: PhantomData<R>,
}

impl<R, P: Place, T> Command<R, P, T> {
    /// The same with the reason that the body gives, where it gives one, in the place of the header's.
    #[must_use]
    pub fn with_reason(mut self, reason: Option<Reason>) -> Self {
        if reason.is_some() {
            self.call.origin.reason = reason;
        }
        self
    }

    /// Runs a use case. `body` is what was sent, for the idempotency key's fingerprint.
    ///
    /// # Errors
    /// Whatever the use case ends in, as a problem.
    pub async fn run<U: UseCase>(self, body: &[u8], use_case: U) -> Result<Reply, Problem> {
        let counting = self.place.counting();
        let (app, call) = self.into_parts(body);
        let done = app.run(call, use_case).await?;
        Reply::from_done(&app, done, counting).await
    }

    /// The service and the call, for what is no use case of one answer. `body` is what was sent.
    #[must_use]
    pub fn into_parts(mut self, body: &[u8]) -> (Arc<App>, Call) {
        if let Some((_, asked)) = &mut self.call.conditions.idempotency {
            asked.extend_from_slice(body);
        }
        (self.app, self.call)
    }
}

impl<R, P: Place, T> Reading<R, P, T> {
    /// Whose positions count for the read.
    #[must_use]
    pub fn counting(&self) -> Counting {
        self.place.counting()
    }
}

impl<R: Right, P: Place, T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Command<R, P, T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Authorized { mut call, place, query, right } =
            authorized::<R, P, WriteQuery<T>>(parts, app).await?;
        let WriteQuery { dry_run, own } = query;
        let context = RequestContext::from_request_parts(parts, app).await?;
        let idempotency = match &context.idempotency_key {
            Some(key) => Some((key.as_str().to_owned(), asked(parts, context.if_match.as_ref())?)),
            None => None,
        };
        let if_match = context.if_match.as_ref().map(expected);
        let if_none_match = context.if_none_match.as_ref().map(unwanted);
        call.conditions = Conditions { idempotency, if_match, if_none_match, dry_run };
        Ok(Self { call, place, own, app: Arc::clone(app), right })
    }
}

impl<R: Right, P: Place, T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Reading<R, P, T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Authorized { call, place, query, right } = authorized::<R, P, ReadQuery<T>>(parts, app).await?;
        let ReadQuery { as_of, min_position, own } = query;
        if let Some(position) = min_position {
            app.wait_for(i64::try_from(position).unwrap_or(i64::MAX), place.counting()).await?;
        }
        Ok(Self { call, place, moment: moment(as_of), own, right })
    }
}

/// A caller that has been let in, for operations that need no right.
#[derive(Debug)]
pub struct LetIn {
    /// Who.
    pub caller: Caller,
}

impl FromRequestParts<Arc<App>> for LetIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let origin = origin(parts, app).await?;
        let presented = credentials::presented(&parts.headers)?.ok_or_else(Problem::unauthenticated)?;
        let caller = let_in(app, &presented, &origin).await.map_err(crate::app::Refused::from)?;
        admit(parts, app, &caller)?;
        Ok(Self { caller })
    }
}

impl<R: Right, P: Place, Q: InQuery> FromRequestParts<Arc<App>> for Authorized<R, P, Q> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        authorized(parts, app).await
    }
}

/// The moment that `asOf` names.
#[must_use]
pub fn moment(as_of: Option<AsOf>) -> Moment {
    match as_of {
        None => Moment::Now,
        Some(AsOf::Time(time)) => Moment::Time(time),
        Some(AsOf::Position(position)) => Moment::Position(i64::try_from(position).unwrap_or(i64::MAX)),
    }
}

/// What reads the query of a request.
pub trait InQuery: FromRequestParts<Arc<App>, Rejection = Problem> + Send {}

impl<Q: FromRequestParts<Arc<App>, Rejection = Problem> + Send> InQuery for Q {}

/// Lets the caller in, reads the query, finds the place, and asks the table.
async fn authorized<R: Right, P: Place, Q: InQuery>(
    parts: &mut Parts,
    app: &Arc<App>,
) -> Result<Authorized<R, P, Q>, Problem> {
    let origin = origin(parts, app).await?;
    let presented = credentials::presented(&parts.headers)?.ok_or_else(Problem::unauthenticated)?;
    let moment = moment_of(parts);
    let parameters = RawPathParams::from_request_parts(parts, app).await;
    let parameters = parameters.map(|raw| PathParameters::new(&raw, moment));
    let caller = let_in(app, &presented, &origin).await;
    if let Some(caller) = known(&caller)
        && let Some(attempted) = parts.extensions.get::<Attempted>()
    {
        let asked = Asked { caller: caller.clone(), origin: origin.clone() };
        attempted.was(asked, R::ACTION, parameters.as_ref().unwrap_or(&PathParameters::default()));
    }
    let caller = caller.map_err(crate::app::Refused::from)?;
    admit(parts, app, &caller)?;
    let query = Q::from_request_parts(parts, app).await?;
    let parameters = parameters.map_err(|_| Problem::not_found())?;
    let found = P::find(&parameters, &caller, app).await?;
    let place = found.ok_or_else(Problem::not_found)?;
    let permission = place.permission(&caller, R::PERMISSION);
    let (target, made_by_caller) = (place.target(), place.is_made_by(&caller));
    if let Some(attempted) = parts.extensions.get::<Attempted>() {
        attempted.found(target);
    }
    let ask = if parts.method.is_safe() { decide_reading } else { decide };
    let reach = require(ask(&caller, permission, target, made_by_caller))?;
    if !place.is_there() {
        return Err(Problem::not_found());
    }
    let call = Call {
        caller,
        secret: presented.secret,
        permission,
        action: place.action(R::ACTION),
        target,
        made_by_caller,
        reach,
        origin,
        conditions: Conditions::default(),
    };
    Ok(Authorized { call, place, query, right: PhantomData })
}

/// What the request says beside what it asks for.
pub(super) async fn origin(parts: &mut Parts, app: &Arc<App>) -> Result<Origin, Problem> {
    let context = RequestContext::from_request_parts(parts, app).await?;
    let address = parts.extensions.get::<ClientAddress>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |it| it.0);
    Ok(Origin {
        request_id: context.request_id.as_str().to_owned(),
        correlation_id: context.correlation_id.unwrap_or_else(|| context.request_id.as_str().to_owned()),
        reason: context.change_reason,
        client: context.client.as_str(),
        user_agent: context.user_agent,
        address,
    })
}

/// Who calls, also where it is known and not let in.
fn known(caller: &Result<Caller, NotLetIn>) -> Option<&Caller> {
    match caller {
        Ok(caller) => Some(caller),
        Err(NotLetIn::Suspended(caller) | NotLetIn::OrgInactive(caller)) => Some(caller),
        Err(NotLetIn::Unknown | NotLetIn::Unavailable(_)) => None,
    }
}

/// Takes one from the allowances of a caller that has been let in, and says where what it sends has room.
fn admit(parts: &mut Parts, app: &App, caller: &Caller) -> Result<(), Problem> {
    limits::take(parts, app, caller)?;
    parts.extensions.insert(Sender { scope: caller.scope, bodies: app.bodies.clone() });
    Ok(())
}

async fn let_in(app: &App, presented: &PresentedCredential, origin: &Origin) -> Result<Caller, NotLetIn> {
    let method = match presented.method {
        credentials::AuthMethod::Basic => AuthMethod::Basic,
        credentials::AuthMethod::Bearer => AuthMethod::Bearer,
        credentials::AuthMethod::ApiKeyHeader => AuthMethod::ApiKeyHeader,
    };
    let now = app.clock.now();
    let caller = app.authenticator.authenticate(&presented.secret, method, origin.address, now).await?;
    app.last_uses.saw(&caller, now, origin.address, origin.client);
    Ok(caller)
}

/// What an idempotency key stands for, the body aside.
fn asked(parts: &Parts, if_match: Option<&IfMatch>) -> Result<Vec<u8>, Problem> {
    let query = canonical_query(parts.uri.query().unwrap_or_default())?;
    let if_match = if_match.map(IfMatch::canonical);
    Ok(fingerprint_input(&parts.method, parts.uri.path(), &query, if_match.as_deref(), &[]))
}

/// The moment that a read is about. What is wrong with the parameter is said when the query is read.
fn moment_of(parts: &Parts) -> Moment {
    let query = parts.uri.query().filter(|_| parts.method == Method::GET).unwrap_or_default();
    let as_of = query.split('&').find_map(|pair| pair.strip_prefix("asOf="));
    let as_of = as_of.and_then(|text| percent_decode_str(text).decode_utf8().ok());
    moment(as_of.and_then(|text| AsOf::parse(&text).ok()))
}

fn unwanted(if_none_match: &IfNoneMatch) -> Expected {
    match if_none_match {
        IfNoneMatch::Any => Expected::Any,
        IfNoneMatch::Versions(versions) => Expected::OneOf(signed(versions)),
    }
}

fn signed(versions: &[u64]) -> Vec<i64> {
    versions.iter().map(|version| i64::try_from(*version).unwrap_or(i64::MAX)).collect()
}

fn expected(if_match: &IfMatch) -> Expected {
    match if_match {
        IfMatch::Any => Expected::Any,
        IfMatch::Versions(versions) => Expected::OneOf(signed(versions)),
    }
}
