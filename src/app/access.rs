//! Who may do what, as an answer: the catalogue of roles, and checks of access.

use super::call::{decide, require};
use super::{App, Fault, Refused};
use crate::authn::{self, Caller, HeldBinding};
use crate::authz::{
    AccessRequest, Grant, GrantScope, KeyRestrictions, Permission, Reach, Target, authorize, granting_roles,
    reach,
};
use api::{
    AccessActor, AccessActorKind, AccessCheck, AccessCheckInput, AccessThrough, AccessThroughKind, RoleEntry,
    RoleList, RolePermission, RoleReach,
};
use projections::documents::{self, At, Which};
use projections::orgs;
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{AccessKeyId, Email, NameOrId, Role, ScopeId, ScopeKind, Timestamp};

/// Every role and what it gives.
#[must_use]
pub fn catalogue() -> RoleList {
    let permissions = |role: Role| {
        let given = Permission::ALL
            .iter()
            .filter_map(move |permission| Some((permission, reach(role, *permission)?)));
        given.map(|(permission, reach)| RolePermission {
            name: permission.as_str().to_owned(),
            reach: shown(reach),
        })
    };
    let items = Role::ALL.iter().map(|role| RoleEntry {
        role: *role,
        level: role.level().as_str().to_owned(),
        permissions: permissions(*role).collect(),
    });
    RoleList { items: items.collect() }
}

const fn shown(reach: Reach) -> RoleReach {
    match reach {
        Reach::Everywhere => RoleReach::Everywhere,
        Reach::Own => RoleReach::Own,
        Reach::NamedNamespaces => RoleReach::NamedNamespaces,
        Reach::MadeByOneself => RoleReach::MadeByOneself,
        Reach::OrgEntriesOnly => RoleReach::OrgEntriesOnly,
    }
}

/// One thing that somebody has, and what it has it by.
struct Source {
    grant: Grant,
    by: By,
}

enum By {
    Membership(Uuid),
    Binding(HeldBinding),
}

/// Everything that somebody has.
struct Asked {
    sources: Vec<Source>,
    restrictions: KeyRestrictions,
}

impl Asked {
    fn add(&mut self, user: Uuid, on: &GrantScope, roles: &BTreeSet<Role>, bindings: Vec<HeldBinding>) {
        let direct = roles.iter().map(|role| Grant { role: *role, on: on.clone() });
        self.sources.extend(direct.map(|grant| Source { grant, by: By::Membership(user) }));
        self.sources.extend(
            bindings
                .into_iter()
                .map(|binding| Source { grant: binding.grant.clone(), by: By::Binding(binding) }),
        );
    }

    fn of_caller(caller: &Caller) -> Self {
        let mut asked = Self { sources: vec![], restrictions: caller.key.restrictions.clone() };
        let on = match caller.kind {
            ScopeKind::Platform => GrantScope::Platform,
            ScopeKind::Partner => GrantScope::Partner(caller.scope),
            ScopeKind::Org => GrantScope::Org(caller.scope),
        };
        asked.add(caller.user, &on, &caller.roles, caller.bindings.clone());
        asked
    }
}

impl App {
    /// Whether somebody may do something somewhere, as of now.
    ///
    /// # Errors
    /// The question names what is not there, or the caller may not ask it.
    pub async fn check_access(
        &self,
        caller: &Caller,
        input: &AccessCheckInput,
    ) -> Result<AccessCheck, Refused> {
        let permission = Permission::from_name(&input.permission)
            .ok_or_else(|| fault("/permission", "unknown_permission", "GET /v1/roles lists all there are"))?;
        let target = self.place_asked_about(caller, input).await?;
        let asked = self.asked_about(caller, input.actor.as_ref(), target).await?;
        let through: Vec<AccessThrough> = asked
            .sources
            .iter()
            .filter(|source| {
                let request = AccessRequest {
                    grants: std::slice::from_ref(&source.grant),
                    restrictions: &asked.restrictions,
                    permission,
                    target,
                    made_by_caller: false,
                };
                authorize(&request).is_allowed()
            })
            .map(through)
            .collect();
        let allowed = !through.is_empty();
        Ok(AccessCheck {
            allowed,
            through,
            missing_permission: (!allowed).then(|| permission.as_str().to_owned()),
            granted_by_roles: if allowed { vec![] } else { granting_roles(permission) },
        })
    }

    /// The place that is meant. What the caller may not know of is not there.
    async fn place_asked_about(&self, caller: &Caller, input: &AccessCheckInput) -> Result<Target, Refused> {
        let may = |permission, target| decide(caller, permission, target, false).is_allowed();
        let unknown = |pointer| {
            fault(pointer, "unknown_reference", "there is no such thing, or you may not know of it")
        };
        let org = match (&input.org, caller.partner) {
            (NameOrId::Id(id), _) => Some(ScopeId::from(*id)),
            (NameOrId::Name(name), Some(partner)) => orgs::named(&self.pool, partner, name.as_str()).await?,
            (NameOrId::Name(_), None) => None,
        };
        let org = org.ok_or_else(|| unknown("/org"))?;
        let partner = self.standings.partner_of(org).await?.ok_or_else(|| unknown("/org"))?;
        let target = Target::Org { org, partner };
        if !may(Permission::OrgRead, target) {
            return Err(unknown("/org"));
        }
        let Some(project) = &input.project else {
            return if input.namespace.is_none() { Ok(target) } else { Err(unknown("/namespace")) };
        };
        let project = self.live(org, "Project", project).await?.ok_or_else(|| unknown("/project"))?;
        let target = Target::Project { org, partner, project };
        if !may(Permission::ProjectRead, target) {
            return Err(unknown("/project"));
        }
        let Some(namespace) = &input.namespace else { return Ok(target) };
        let namespace = self.live(ScopeId::from(project), "Namespace", namespace).await?;
        let namespace = namespace.ok_or_else(|| unknown("/namespace"))?;
        let target = Target::Namespace { org, partner, project, namespace };
        if may(Permission::NamespaceRead, target) { Ok(target) } else { Err(unknown("/namespace")) }
    }

    async fn live(&self, parent: ScopeId, kind: &str, which: &NameOrId) -> Result<Option<Uuid>, Refused> {
        let which = match which {
            NameOrId::Id(id) => Which::Id(*id),
            NameOrId::Name(name) => Which::Name(name.as_str()),
        };
        let found = documents::get(&self.pool, parent, kind, which, At::Now).await?;
        Ok(found.filter(|found| !found.deleted).map(|found| found.id))
    }

    async fn asked_about(
        &self,
        caller: &Caller,
        actor: Option<&AccessActor>,
        target: Target,
    ) -> Result<Asked, Refused> {
        let Some(actor) = actor else { return Ok(Asked::of_caller(caller)) };
        let others = || require(decide(caller, Permission::AccessCheckOthers, target, false)).map(|_| ());
        let unknown = || fault("/actor/id", "unknown_reference", "there is no such user or key here");
        let (Some(org), Some(partner)) = (target.org(), target.partner()) else { return Err(unknown()) };
        match actor.kind {
            AccessActorKind::User => {
                let user = match (Uuid::try_parse(&actor.id), Email::parse(&actor.id)) {
                    (Ok(id), _) => Some(id),
                    (_, Ok(email)) => self.user_with_email(org, partner, &email).await?,
                    (_, Err(_)) => None,
                };
                if user != Some(caller.user) {
                    others()?;
                }
                self.user_asked_about(user.ok_or_else(unknown)?, org, partner).await?.ok_or_else(unknown)
            }
            AccessActorKind::ApiKey => {
                let id = AccessKeyId::parse(&actor.id).map_err(|_| unknown());
                if id.as_ref().ok() == Some(&caller.key.access_key_id) {
                    return Ok(Asked::of_caller(caller));
                }
                let id = id.or_else(|error| others().and(Err(error)))?;
                let owner = self.authenticator.standing_of(&id, self.clock.now()).await?;
                if owner.as_ref().is_none_or(|owner| owner.user != caller.user) {
                    others()?;
                }
                let owner = owner.filter(|owner| owner.scope == org || owner.scope == partner);
                Ok(Asked::of_caller(&owner.ok_or_else(unknown)?))
            }
        }
    }

    /// What a user has in an org, as its member and as one of its partner's staff.
    async fn user_asked_about(
        &self,
        user: Uuid,
        org: ScopeId,
        partner: ScopeId,
    ) -> Result<Option<Asked>, Refused> {
        let now = self.clock.now();
        let mut asked = Asked { sources: vec![], restrictions: KeyRestrictions::default() };
        let mut is_known = false;
        for (scope, on) in [(org, GrantScope::Org(org)), (partner, GrantScope::Partner(partner))] {
            let Some(rights) = authn::rights_of(&self.pool, scope, user).await? else { continue };
            is_known = true;
            if rights.may_act {
                let bindings = in_force(rights.bindings, now);
                asked.add(user, &on, &rights.roles, bindings);
            }
        }
        Ok(is_known.then_some(asked))
    }
}

fn in_force(mut bindings: Vec<HeldBinding>, now: Timestamp) -> Vec<HeldBinding> {
    bindings.retain(|binding| binding.is_in_force(now));
    bindings
}

fn through(source: &Source) -> AccessThrough {
    let project_id = match &source.grant.on {
        GrantScope::Project { project, .. } | GrantScope::Namespaces { project, .. } => Some(*project),
        GrantScope::Platform | GrantScope::Partner(_) | GrantScope::Org(_) => None,
    };
    let role = source.grant.role;
    match &source.by {
        By::Membership(user) => AccessThrough {
            kind: AccessThroughKind::Membership,
            id: *user,
            name: None,
            role,
            group_id: None,
            project_id,
            expires_at: None,
        },
        By::Binding(binding) => AccessThrough {
            kind: AccessThroughKind::RoleBinding,
            id: binding.id,
            name: Some(binding.name.clone()),
            role,
            group_id: binding.group,
            project_id,
            expires_at: binding.until,
        },
    }
}

fn fault(pointer: &str, code: &str, detail: &str) -> Refused {
    Refused::Faults(vec![Fault {
        pointer: pointer.to_owned(),
        code: code.to_owned(),
        detail: detail.to_owned(),
    }])
}
