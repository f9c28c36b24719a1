//! Role bindings as places.

use super::place::{PathParameters, Place, TheOrg};
use crate::app::call::decide;
use crate::app::home::{Home, InOrg};
use crate::app::read::{Counting, Moment};
use crate::app::role_bindings::right_on;
use crate::app::{App, Refused};
use crate::authn::Caller;
use crate::authz::{GrantScope, Permission, Target};
use projections::documents::{self, At, Found, Which};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;
use values::{NameOrId, Role, ScopeId, ScopeKind};

/// The role bindings of an org, as far as the caller has to do with them: all, or those of the projects in which it has
/// rights.
#[derive(Clone, Debug)]
pub struct Bindings {
    /// Where.
    pub home: InOrg,
    /// The projects in which the caller has a role.
    projects: BTreeSet<Uuid>,
    may_break_glass: bool,
    read: Target,
    write: Target,
}

impl Place for Bindings {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        let Some(home) = home(parameters, caller, app).await? else { return Ok(None) };
        let projects = projects_of(caller, home.org);
        let judged = |permission| {
            let targets =
                std::iter::once(home.target()).chain(projects.iter().map(|it| right_on(home, Some(*it)).1));
            let may = |target: &Target| decide(caller, permission, *target, false).is_allowed();
            targets.into_iter().find(may).unwrap_or(home.target())
        };
        let (read, write) =
            (judged(Permission::RoleBindingRead), judged(Permission::RoleBindingWriteProject));
        let may_break_glass = may_break_glass(caller, home, app).await?;
        Ok(Some(Self { home, projects, may_break_glass, read, write }))
    }

    fn target(&self) -> Target {
        // Both are the org, or projects in which the caller has the right; whoever writes somewhere reads there.
        if self.write == self.home.target() { self.read } else { self.write }
    }

    /// Where the org allows it, the partner's admins let themselves in by the right to update the org.
    fn permission(&self, caller: &Caller, right: Permission) -> Permission {
        let lacks = || !decide(caller, right, self.target(), false).is_allowed();
        if right == Permission::RoleBindingWriteProject && self.may_break_glass && lacks() {
            Permission::OrgUpdate
        } else {
            right
        }
    }

    fn counting(&self) -> Counting {
        Counting::Scope(self.home.org)
    }
}

impl Bindings {
    /// The only projects whose bindings the caller sees; `None` where it sees all.
    #[must_use]
    pub fn only(&self, caller: &Caller) -> Option<Vec<Uuid>> {
        if self.sees(caller, None) {
            return None;
        }
        Some(self.projects.iter().copied().filter(|project| self.sees(caller, Some(*project))).collect())
    }

    /// Whether the caller sees the bindings on this project, or on the org.
    #[must_use]
    pub fn sees(&self, caller: &Caller, project: Option<Uuid>) -> bool {
        let target = right_on(self.home, project).1;
        decide(caller, Permission::RoleBindingRead, target, false).is_allowed()
    }
}

/// The role binding that `{binding}` names. One that the caller may not see is not there; whether there is one is judged
/// after whether the caller may do such a thing at all.
#[derive(Clone, Debug)]
pub struct TheBinding {
    /// Beside which others.
    pub among: Bindings,
    /// How it is named; nothing where that can be no name.
    pub which: Option<NameOrId>,
    found: Option<(Uuid, Option<Uuid>)>,
}

impl Place for TheBinding {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        let Some(among) = Bindings::find(parameters, caller, app).await? else { return Ok(None) };
        let which = parameters.name_or_id("binding");
        let found = found(app, among.home, "RoleBinding", which.as_ref(), parameters.moment).await?;
        let found = found.map(|found| project_of(&found).map(|project| (found.id, project))).transpose()?;
        let found = found.filter(|(_, project)| among.sees(caller, *project));
        Ok(Some(Self { among, which, found }))
    }

    fn target(&self) -> Target {
        match self.found {
            Some((_, project)) => right_on(self.among.home, project).1,
            None => self.among.target(),
        }
    }

    fn permission(&self, caller: &Caller, right: Permission) -> Permission {
        match self.found {
            Some((_, project)) if right == Permission::RoleBindingWriteProject => {
                right_on(self.among.home, project).0
            }
            Some(_) => right,
            None => self.among.permission(caller, right),
        }
    }

    fn counting(&self) -> Counting {
        self.among.counting()
    }
}

impl TheBinding {
    /// The binding.
    ///
    /// # Errors
    /// There is none.
    pub fn id(&self) -> Result<Uuid, Refused> {
        self.there().ok_or(Refused::NotFound)
    }

    /// The binding, where there is one.
    #[must_use]
    pub fn there(&self) -> Option<Uuid> {
        self.found.map(|(id, _)| id)
    }
}

/// The members of a binding's document that matter here.
#[derive(Deserialize)]
struct Document {
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    project_id: Option<Uuid>,
}

/// The project on which a binding gives its role; `None` for the whole org.
///
/// # Errors
/// The document is not one of a binding: a defect.
pub fn project_of(found: &Found) -> Result<Option<Uuid>, Refused> {
    let document: Document =
        serde_json::from_str(&found.json).map_err(|error| Refused::Broken(Arc::new(error)))?;
    Ok(document.metadata.project_id)
}

async fn home(
    parameters: &PathParameters,
    caller: &Caller,
    app: &Arc<App>,
) -> Result<Option<InOrg>, Refused> {
    let org = TheOrg::find(parameters, caller, app).await?;
    Ok(org.map(|TheOrg { org, partner }| InOrg { org, partner }))
}

/// What is meant, as it is now: rights are judged by that, whatever moment the request is about.
async fn found(
    app: &App,
    home: InOrg,
    kind: &str,
    which: Option<&NameOrId>,
    moment: Moment,
) -> Result<Option<Found>, Refused> {
    let which = match which {
        None => return Ok(None),
        Some(NameOrId::Id(id)) => Which::Id(*id),
        Some(NameOrId::Name(name)) if moment == Moment::Now => Which::Name(name.as_str()),
        Some(NameOrId::Name(name)) => {
            let in_org = InOrg { org: home.org, partner: home.partner };
            let counting = Counting::Scope(home.org);
            match app.named_then(&in_org, kind, name.as_str(), moment, counting).await? {
                Some(then) => Which::Id(then.id),
                None => return Ok(None),
            }
        }
    };
    Ok(documents::get(&app.pool, home.org, "RoleBinding", which, At::Now).await?)
}

/// The projects of an org in which the caller has a role.
fn projects_of(caller: &Caller, org: ScopeId) -> BTreeSet<Uuid> {
    let projects = caller.bindings.iter().filter_map(|binding| match &binding.grant.on {
        GrantScope::Project { org: of, project } | GrantScope::Namespaces { org: of, project, .. }
            if *of == org =>
        {
            Some(*project)
        }
        GrantScope::Platform
        | GrantScope::Partner(_)
        | GrantScope::Org(_)
        | GrantScope::Project { .. }
        | GrantScope::Namespaces { .. } => None,
    });
    projects.chain(caller.key.restrictions.projects.iter().copied()).collect()
}

/// The members of an org's document that matter here.
#[derive(Deserialize)]
struct OrgDocument {
    spec: OrgSpec,
}

#[derive(Deserialize)]
struct OrgSpec {
    settings: OrgSettings,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrgSettings {
    allow_break_glass: bool,
}

/// Whether the caller is one of the partner's admins, and the org lets these in where they say why.
async fn may_break_glass(caller: &Caller, home: InOrg, app: &App) -> Result<bool, Refused> {
    let is_admin = caller.kind == ScopeKind::Partner
        && caller.scope == home.partner
        && caller.roles.contains(&Role::PartnerAdmin);
    if !is_admin {
        return Ok(false);
    }
    let which = Which::Id(home.org.as_uuid());
    let org = documents::get(&app.pool, home.partner, "Org", which, At::Now).await?;
    let Some(org) = org else { return Ok(false) };
    let org: OrgDocument =
        serde_json::from_str(&org.json).map_err(|error| Refused::Broken(Arc::new(error)))?;
    Ok(org.spec.settings.allow_break_glass)
}
