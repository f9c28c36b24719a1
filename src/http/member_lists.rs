//! Lists of members and of keys, and single ones, wherever they are mounted.

use super::call::{HasMembers, Member, MemberKeys, OwnKey, Reading, Right, ScopeKeys, TheKey};
use super::listing::{Filters, Listing};
use super::problem::Problem;
use super::reply::Reply;
use super::request::{ListQuery, RequestContext};
use crate::app::read::Moment;
use crate::app::users::MemberScope;
use crate::app::{App, Call, Refused};
use crate::authz::{Permission, Reach};
use axum::response::Response;
use projections::api_keys;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use values::{Email, NameOrId};

use super::call::Place;

/// How lists of members can be sorted: their names are personal, and sealed.
const MEMBER_SORTS: [&str; 2] = ["createdAt", "updatedAt"];
/// How lists of keys can be sorted.
const KEY_SORTS: [&str; 3] = ["createdAt", "name", "updatedAt"];

/// What lists of members are filtered by.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct MemberFilters {
    /// Only those in this phase; removed ones only with `includeDeleted`.
    #[param(required = false, example = "active")]
    pub phase: Option<String>,
    /// Removed ones too.
    #[param(required = false)]
    pub include_deleted: bool,
    /// Only the one with this e-mail address.
    #[param(required = false, value_type = Option<String>, example = "ci@acme.test")]
    pub email: Option<Email>,
}

/// What lists of keys are filtered by.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct KeyFilters {
    /// Only those of this name.
    #[param(required = false, example = "pipeline")]
    pub name: Option<String>,
    /// Only those in this phase.
    #[param(required = false, example = "active")]
    pub phase: Option<String>,
    /// Only those that have this text in their name or display name.
    #[param(required = false)]
    pub q: Option<String>,
    /// Deleted ones too.
    #[param(required = false)]
    pub include_deleted: bool,
}

/// One page of the members of a place.
///
/// # Errors
/// A parameter does not fit, or the database could not answer.
pub async fn members<S: HasMembers>(
    app: &App,
    of: &S,
    query: ListQuery<MemberFilters>,
) -> Result<Response, Problem> {
    let scope = of.members();
    let owner = match &query.own.email {
        None => None,
        // Nobody is nobody's.
        Some(email) => {
            let user = app.user_with_email(scope.id, scope.home, email).await.map_err(Refused::from)?;
            Some(user.unwrap_or(Uuid::nil()))
        }
    };
    let parents = [scope.id];
    let listing = Listing::of("User", &parents, of.counting());
    let query = query.map(|own| Filters {
        phase: own.phase,
        include_deleted: own.include_deleted,
        ..Filters::default()
    });
    let owners = owner.as_ref().map(std::slice::from_ref);
    Listing { owners, sorts: &MEMBER_SORTS, ..listing }.page(app, query).await
}

/// One page of keys: all of a member's or a scope's, or those that the caller may see of them.
async fn keys<P: Place>(
    app: &App,
    call: &Call,
    place: &P,
    scope: MemberScope,
    membership: Option<Uuid>,
    query: ListQuery<KeyFilters>,
) -> Result<Response, Problem> {
    let (owner, issued) = match (call.permission, call.reach) {
        (Permission::ApiKeyOwn, _) => (Some(call.caller.membership), None),
        (_, Reach::MadeByOneself) => {
            let issued = api_keys::issued_by(&app.pool, scope.id, membership, call.caller.user).await;
            (membership, Some(issued.map_err(Refused::from)?))
        }
        (_, Reach::Everywhere | Reach::Own | Reach::NamedNamespaces | Reach::OrgEntriesOnly) => {
            (membership, None)
        }
    };
    let parents = [scope.id];
    let listing = Listing::of("ApiKey", &parents, place.counting());
    let query = query.map(|own| Filters {
        name: own.name,
        phase: own.phase,
        q: own.q,
        include_deleted: own.include_deleted,
        ..Filters::default()
    });
    let owners = owner.as_ref().map(std::slice::from_ref);
    Listing { owners, ids: issued.as_deref(), sorts: &KEY_SORTS, ..listing }.page(app, query).await
}

/// One page of a member's keys.
///
/// # Errors
/// There is no such member, a parameter does not fit, or the database could not answer.
pub async fn member_keys<S: HasMembers>(
    app: &App,
    call: &Call,
    place: &MemberKeys<S>,
    query: ListQuery<KeyFilters>,
) -> Result<Response, Problem> {
    let membership = place.0.membership()?;
    keys(app, call, place, place.0.of.members(), Some(membership), query).await
}

/// One page of a scope's keys.
///
/// # Errors
/// A parameter does not fit, or the database could not answer.
pub async fn scope_keys<S: HasMembers>(
    app: &App,
    call: &Call,
    place: &ScopeKeys<S>,
    query: ListQuery<KeyFilters>,
) -> Result<Response, Problem> {
    keys(app, call, place, place.0.members(), None, query).await
}

/// A member.
///
/// # Errors
/// There is none, then or now, or the database could not answer.
pub async fn member<R: Right, S: HasMembers>(
    app: &App,
    reading: Reading<R, Member<S>>,
    context: &RequestContext,
) -> Result<Reply, Problem> {
    let which = NameOrId::Id(reading.place.membership()?);
    let scope = reading.place.of.members();
    let found = app.document(scope.id, "User", &which, reading.moment, reading.counting()).await?;
    Reply::from_found(app, found, context.if_none_match.as_ref()).await
}

/// A key, with its last use where it is asked for as it is now.
///
/// # Errors
/// There is none, then or now, or the database could not answer.
pub async fn key<R: Right, P: NamesKey>(
    app: &App,
    reading: Reading<R, P>,
    context: &RequestContext,
) -> Result<Reply, Problem> {
    let (scope, key) = reading.place.named()?;
    let which = NameOrId::Id(key);
    let mut found = app.document(scope.id, "ApiKey", &which, reading.moment, reading.counting()).await?;
    if reading.moment == Moment::Now {
        app.add_last_uses([&mut found]).await?;
    }
    Reply::from_found(app, found, context.if_none_match.as_ref()).await
}

/// A place that names a key.
pub trait NamesKey: Place {
    /// Where the key is, and which it is.
    ///
    /// # Errors
    /// There is none.
    fn named(&self) -> Result<(MemberScope, Uuid), Refused>;
}

impl<S: HasMembers> NamesKey for TheKey<S> {
    fn named(&self) -> Result<(MemberScope, Uuid), Refused> {
        Ok((self.of.members(), self.key()?))
    }
}

impl NamesKey for OwnKey {
    fn named(&self) -> Result<(MemberScope, Uuid), Refused> {
        self.0.named()
    }
}
