//! Members and their keys as places: the same for orgs, partners and the platform.

use super::place::{OwnScope, PathParameters, Place, Platform, TheOrg, ThePartner};
use crate::app::read::Counting;
use crate::app::users::MemberScope;
use crate::app::{App, Refused};
use crate::authn::Caller;
use crate::authz::{Permission, Target};
use crate::ids::membership_id;
use api::Actor;
use projections::api_keys;
use projections::documents::{self, At, Found, Which};
use std::sync::Arc;
use uuid::Uuid;
use values::{AccessKeyId, Email, NameOrId, ScopeId, ScopeKind};

/// A place that has members.
pub trait HasMembers: Place + Copy {
    /// The place as a scope with members.
    fn members(&self) -> MemberScope;

    /// Where it is found on the wire.
    fn path(&self) -> String;
}

impl HasMembers for TheOrg {
    fn members(&self) -> MemberScope {
        MemberScope { id: self.org, kind: ScopeKind::Org, home: self.partner }
    }

    fn path(&self) -> String {
        format!("/v1/orgs/{}", self.org)
    }
}

impl HasMembers for ThePartner {
    fn members(&self) -> MemberScope {
        MemberScope { id: self.partner, kind: ScopeKind::Partner, home: self.partner }
    }

    fn path(&self) -> String {
        format!("/v1/partners/{}", self.partner)
    }
}

impl HasMembers for Platform {
    fn members(&self) -> MemberScope {
        MemberScope { id: ScopeId::PLATFORM, kind: ScopeKind::Platform, home: ScopeId::PLATFORM }
    }

    fn path(&self) -> String {
        "/v1".to_owned()
    }
}

impl HasMembers for OwnScope {
    fn members(&self) -> MemberScope {
        MemberScope { id: self.scope, kind: self.kind, home: self.partner.unwrap_or(ScopeId::PLATFORM) }
    }

    fn path(&self) -> String {
        "/v1/me".to_owned()
    }
}

/// The member that `{user}` names by id or e-mail address. Whether there is one is judged after whether the caller may
/// know.
#[derive(Clone, Debug)]
pub struct Member<S = TheOrg> {
    /// Where.
    pub of: S,
    found: Option<(Uuid, Found)>,
}

impl<S: HasMembers> Place for Member<S> {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        let Some(of) = S::find(parameters, caller, app).await? else { return Ok(None) };
        let scope = of.members();
        let user = match parameters.text("user") {
            None => None,
            Some(text) => match (NameOrId::parse(text), Email::parse(text)) {
                (Ok(NameOrId::Id(id)), _) => Some(id),
                (_, Ok(email)) => app.user_with_email(scope.id, scope.home, &email).await?,
                (_, Err(_)) => None,
            },
        };
        let Some(user) = user else { return Ok(Some(Self { of, found: None })) };
        let which = Which::Id(membership_id(scope.id, user));
        let found = documents::get(&app.pool, scope.id, "User", which, At::Now).await?;
        Ok(Some(Self { of, found: found.map(|found| (user, found)) }))
    }

    fn target(&self) -> Target {
        self.of.target()
    }

    fn is_made_by(&self, caller: &Caller) -> bool {
        self.found.as_ref().is_some_and(|(_, found)| made_by(found, caller))
    }

    fn counting(&self) -> Counting {
        self.of.counting()
    }
}

impl<S: HasMembers> Member<S> {
    /// The user.
    ///
    /// # Errors
    /// There is none.
    pub fn user(&self) -> Result<Uuid, Refused> {
        self.found.as_ref().map(|(user, _)| *user).ok_or(Refused::NotFound)
    }

    /// The membership.
    ///
    /// # Errors
    /// There is none.
    pub fn membership(&self) -> Result<Uuid, Refused> {
        self.found.as_ref().map(|(_, found)| found.id).ok_or(Refused::NotFound)
    }

    fn is(&self, caller: &Caller) -> bool {
        self.found.as_ref().is_some_and(|(_, found)| found.id == caller.membership)
    }
}

/// The keys of the member that `{user}` names. One's own need no right over others; whoever only has rights over what it
/// made itself sees, of the keys, those that it issued.
#[derive(Clone, Debug)]
pub struct MemberKeys<S = TheOrg>(pub Member<S>);

impl<S: HasMembers> Place for MemberKeys<S> {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        Ok(Member::find(parameters, caller, app).await?.map(Self))
    }

    fn target(&self) -> Target {
        self.0.target()
    }

    fn permission(&self, caller: &Caller, right: Permission) -> Permission {
        if self.0.is(caller) { Permission::ApiKeyOwn } else { right }
    }

    fn is_made_by(&self, _: &Caller) -> bool {
        true
    }

    fn counting(&self) -> Counting {
        self.0.counting()
    }
}

/// The keys of a scope: one's own for those who may not see those of others; those it issued for whoever only has
/// rights over what it made itself.
#[derive(Clone, Copy, Debug)]
pub struct ScopeKeys<S = TheOrg>(pub S);

impl<S: HasMembers> Place for ScopeKeys<S> {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        Ok(S::find(parameters, caller, app).await?.map(Self))
    }

    fn target(&self) -> Target {
        self.0.target()
    }

    fn permission(&self, caller: &Caller, right: Permission) -> Permission {
        let is_own_scope = self.0.members().id == caller.scope;
        let sees_others = crate::app::call::decide(caller, right, self.target(), true).is_allowed();
        if is_own_scope && !sees_others { Permission::ApiKeyOwn } else { right }
    }

    fn is_made_by(&self, _: &Caller) -> bool {
        true
    }

    fn counting(&self) -> Counting {
        self.0.counting()
    }
}

/// The key that `{key}` names by its id or its public half; where the path names a user, one of that user's. Whether
/// there is one is judged after whether the caller may know.
#[derive(Clone, Debug)]
pub struct TheKey<S = TheOrg> {
    /// Where.
    pub of: S,
    found: Option<Found>,
}

impl<S: HasMembers> Place for TheKey<S> {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        let Some(of) = S::find(parameters, caller, app).await? else { return Ok(None) };
        let found = key(&of, parameters, app).await?;
        let owner = match parameters.text("user") {
            None => return Ok(Some(Self { of, found })),
            Some(_) => Member::<S>::find(parameters, caller, app).await?,
        };
        let owner = owner.and_then(|owner| owner.membership().ok());
        let found = found.filter(|found| owner.is_some() && found.owner == owner);
        Ok(Some(Self { of, found }))
    }

    fn target(&self) -> Target {
        self.of.target()
    }

    fn permission(&self, caller: &Caller, right: Permission) -> Permission {
        let is_own = self.found.as_ref().is_some_and(|found| found.owner == Some(caller.membership));
        if is_own { Permission::ApiKeyOwn } else { right }
    }

    fn is_made_by(&self, caller: &Caller) -> bool {
        self.found.as_ref().is_some_and(|found| made_by(found, caller))
    }

    fn counting(&self) -> Counting {
        self.of.counting()
    }
}

impl<S: HasMembers> TheKey<S> {
    /// The key.
    ///
    /// # Errors
    /// There is none.
    pub fn key(&self) -> Result<Uuid, Refused> {
        self.found.as_ref().map(|found| found.id).ok_or(Refused::NotFound)
    }
}

/// The key that `{key}` names among the caller's own.
#[derive(Clone, Debug)]
pub struct OwnKey(pub TheKey<OwnScope>);

impl Place for OwnKey {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        let Some(mut key) = TheKey::<OwnScope>::find(parameters, caller, app).await? else { return Ok(None) };
        key.found = key.found.filter(|found| found.owner == Some(caller.membership));
        Ok(Some(Self(key)))
    }

    fn target(&self) -> Target {
        self.0.target()
    }

    fn counting(&self) -> Counting {
        self.0.counting()
    }
}

async fn key<S: HasMembers>(
    of: &S,
    parameters: &PathParameters,
    app: &App,
) -> Result<Option<Found>, Refused> {
    let (scope, text) = (of.members().id, parameters.text("key").unwrap_or_default());
    let id = match (NameOrId::parse(text), AccessKeyId::parse(text)) {
        (_, Ok(id)) => api_keys::by_access_key_id(&app.pool, scope, id.as_str()).await?,
        (Ok(NameOrId::Id(id)), Err(_)) => Some(id),
        (Ok(NameOrId::Name(_)) | Err(_), Err(_)) => None,
    };
    let Some(id) = id else { return Ok(None) };
    Ok(documents::get(&app.pool, scope, "ApiKey", Which::Id(id), At::Now).await?)
}

/// Whether the caller made a thing, by whichever of its keys.
fn made_by(found: &Found, caller: &Caller) -> bool {
    let maker: Option<Actor> = serde_json::from_str(&found.created_by).ok();
    let user = caller.user.to_string();
    maker.is_some_and(|maker| maker.user_id == Some(caller.user) || maker.id == user)
}
