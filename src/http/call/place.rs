//! The places that paths name, and that callers have rights on.

use crate::app::read::{Counting, Moment};
use crate::app::{App, Refused};
use crate::authn::Caller;
use crate::authz::{Permission, Target};
use axum::extract::RawPathParams;
use projections::documents::{self, At, Which};
use projections::partners;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use values::{NameOrId, ScopeId, ScopeKind};

/// The parameters of a path, decoded, and the moment that the request is about.
#[derive(Debug)]
pub struct PathParameters {
    values: HashMap<String, String>,
    /// When names mean what they mean.
    pub moment: Moment,
}

impl Default for PathParameters {
    fn default() -> Self {
        Self { values: HashMap::new(), moment: Moment::Now }
    }
}

impl PathParameters {
    /// The parameters of a request.
    #[must_use]
    pub fn new(raw: &RawPathParams, moment: Moment) -> Self {
        let values = raw.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { values, moment }
    }

    /// A parameter as text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A parameter as a name or an id; what can be neither names nothing.
    #[must_use]
    pub fn name_or_id(&self, name: &str) -> Option<NameOrId> {
        self.text(name).and_then(|text| NameOrId::parse(text).ok())
    }
}

/// A place that a path names.
pub trait Place: Send + Sync + Sized + 'static {
    /// Finds the place, as this caller names it; `None` where there is none.
    fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> impl Future<Output = Result<Option<Self>, Refused>> + Send;

    /// The place as something to have rights on.
    fn target(&self) -> Target;

    /// The permission that is asked for at this place, where the operation's right is this one: one's own keys need
    /// another than those of others.
    fn permission(&self, _: &Caller, right: Permission) -> Permission {
        right
    }

    /// What is asked at this place, for the record, where the operation's right says this: `PUT` makes or changes.
    fn action(&self, action: &'static str) -> &'static str {
        action
    }

    /// Whether the caller made the thing at this place.
    fn is_made_by(&self, _: &Caller) -> bool {
        false
    }

    /// Whose positions count at and under this place.
    fn counting(&self) -> Counting;

    /// Whether there is such a place. Where there is not, the right is judged all the same, before the caller is told.
    fn is_there(&self) -> bool {
        true
    }
}

/// The installation.
#[derive(Clone, Copy, Debug)]
pub struct Platform;

impl Place for Platform {
    async fn find(_: &PathParameters, _: &Caller, _: &Arc<App>) -> Result<Option<Self>, Refused> {
        Ok(Some(Self))
    }

    fn target(&self) -> Target {
        Target::Platform
    }

    fn counting(&self) -> Counting {
        Counting::Installation
    }
}

/// The caller's own scope, whatever the path.
#[derive(Clone, Copy, Debug)]
pub struct OwnScope {
    /// The scope.
    pub scope: ScopeId,
    /// What it is.
    pub kind: ScopeKind,
    /// The partner that it is or belongs to; none for the platform.
    pub partner: Option<ScopeId>,
    target: Target,
}

impl Place for OwnScope {
    async fn find(_: &PathParameters, caller: &Caller, _: &Arc<App>) -> Result<Option<Self>, Refused> {
        let Caller { scope, kind, partner, .. } = *caller;
        Ok(Some(Self { scope, kind, partner, target: caller.own_target() }))
    }

    fn target(&self) -> Target {
        self.target
    }

    fn counting(&self) -> Counting {
        match self.kind {
            ScopeKind::Platform => Counting::Installation,
            ScopeKind::Partner | ScopeKind::Org => Counting::Scope(self.scope),
        }
    }
}

/// The partner that `{partner}` names.
#[derive(Clone, Copy, Debug)]
pub struct ThePartner {
    /// The partner.
    pub partner: ScopeId,
}

impl Place for ThePartner {
    async fn find(parameters: &PathParameters, _: &Caller, app: &Arc<App>) -> Result<Option<Self>, Refused> {
        let partner = match parameters.name_or_id("partner") {
            Some(NameOrId::Id(id)) => {
                let found = documents::get(&app.pool, ScopeId::PLATFORM, "Partner", Which::Id(id), At::Now);
                found.await?.map(|found| found.scope)
            }
            Some(NameOrId::Name(name)) => app.partner_named_then(name.as_str(), parameters.moment).await?,
            None => None,
        };
        Ok(partner.map(|partner| Self { partner }))
    }

    fn target(&self) -> Target {
        Target::Partner { partner: self.partner }
    }

    fn counting(&self) -> Counting {
        Counting::Installation
    }
}

/// The org that `{org}` names.
#[derive(Clone, Copy, Debug)]
pub struct TheOrg {
    /// The org.
    pub org: ScopeId,
    /// Its partner.
    pub partner: ScopeId,
}

impl Place for TheOrg {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        let org = match parameters.name_or_id("org") {
            Some(NameOrId::Id(id)) => ScopeId::from(id),
            // An org's name is unique in its partner, so it means something to those who have one; the operator uses ids.
            Some(NameOrId::Name(name)) => {
                let Some(partner) = caller.partner else { return Ok(None) };
                match app.org_named_then(partner, name.as_str(), parameters.moment).await? {
                    Some(org) => org,
                    None => return Ok(None),
                }
            }
            None => return Ok(None),
        };
        // A member's own org is known without asking.
        if let (ScopeKind::Org, Some(partner)) = (caller.kind, caller.partner)
            && caller.scope == org
        {
            return Ok(Some(Self { org, partner }));
        }
        let partner = app.standings.partner_of(org).await?;
        Ok(partner.map(|partner| Self { org, partner }))
    }

    fn target(&self) -> Target {
        Target::Org { org: self.org, partner: self.partner }
    }

    fn counting(&self) -> Counting {
        Counting::Scope(self.org)
    }
}

/// An id in a path that must be one.
#[must_use]
pub fn id(parameters: &PathParameters, name: &str) -> Option<Uuid> {
    match parameters.name_or_id(name) {
        Some(NameOrId::Id(id)) => Some(id),
        Some(NameOrId::Name(_)) | None => None,
    }
}

/// Where a new org shall be: the caller's own partner, or the one that the operator chooses.
#[derive(Clone, Debug)]
pub struct PartnerForOrg {
    own: Option<ScopeId>,
    app: Arc<App>,
}

impl Place for PartnerForOrg {
    async fn find(_: &PathParameters, caller: &Caller, app: &Arc<App>) -> Result<Option<Self>, Refused> {
        Ok(Some(Self { own: caller.partner, app: Arc::clone(app) }))
    }

    fn target(&self) -> Target {
        self.own.map_or(Target::Platform, |partner| Target::Partner { partner })
    }

    fn counting(&self) -> Counting {
        Counting::Installation
    }
}

impl PartnerForOrg {
    /// The partner that is meant: who belongs to one cannot choose another.
    ///
    /// # Errors
    /// There is no such partner, or the caller cannot choose it.
    pub async fn chosen(&self, asked: Option<&NameOrId>) -> Result<ScopeId, Refused> {
        let unknown = || Refused::Invalid {
            pointer: "/spec/partner",
            code: "unknown_partner",
            detail: "there is no such partner, or it is not yours to choose".to_owned(),
        };
        let partner = match (asked, self.own) {
            (None, Some(own)) => Some(own),
            (None, None) => self.app.standings.partner_named("default").await?,
            (Some(NameOrId::Id(id)), _) => Some(ScopeId::from(*id)),
            (Some(NameOrId::Name(name)), _) => self.app.standings.partner_named(name.as_str()).await?,
        };
        partner.filter(|partner| self.own.is_none_or(|own| own == *partner)).ok_or_else(unknown)
    }
}

/// The orgs that a caller may list.
#[derive(Clone, Copy, Debug)]
pub struct VisibleOrgs {
    kind: ScopeKind,
    scope: ScopeId,
    partner: Option<ScopeId>,
    target: Target,
}

impl Place for VisibleOrgs {
    async fn find(_: &PathParameters, caller: &Caller, _: &Arc<App>) -> Result<Option<Self>, Refused> {
        let Caller { kind, scope, partner, .. } = caller;
        Ok(Some(Self { kind: *kind, scope: *scope, partner: *partner, target: caller.own_target() }))
    }

    fn target(&self) -> Target {
        self.target
    }

    fn counting(&self) -> Counting {
        Counting::Installation
    }
}

impl VisibleOrgs {
    /// The partners whose orgs are listed.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn parents(
        &self,
        app: &App,
        asked: Option<&NameOrId>,
        moment: Moment,
    ) -> Result<Vec<ScopeId>, Refused> {
        let asked = match asked {
            None => None,
            Some(NameOrId::Id(id)) => Some(ScopeId::from(*id)),
            Some(NameOrId::Name(name)) => {
                let named = app.partner_named_then(name.as_str(), moment).await?;
                Some(named.unwrap_or(ScopeId::PLATFORM))
            }
        };
        let visible = match self.partner {
            Some(own) => vec![own],
            None => partners::all(&app.pool).await?,
        };
        Ok(visible.into_iter().filter(|partner| asked.is_none_or(|asked| asked == *partner)).collect())
    }

    /// The only ones a caller sees, where it does not see all of its partner's.
    #[must_use]
    pub fn only(&self) -> Option<Vec<Uuid>> {
        (self.kind == ScopeKind::Org).then(|| vec![self.scope.as_uuid()])
    }
}
