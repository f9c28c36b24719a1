//! Who may do what: one pure function over a table of roles and permissions. Default deny.
//!
//! Architecture invariant: no I/O, no clock, nothing but `values` is used here. Grants are looked up, and expired ones
//! left out, before; what is inactive (an org, a membership, a key) is refused elsewhere.

mod cover;
mod permission;
mod scope;
mod table;

use uuid::Uuid;
use values::Role;

pub use cover::Rights;
pub use permission::Permission;
pub use scope::{Grant, GrantScope, Level, Target};
pub use table::{Reach, granting_roles, reach};

/// What cuts a key's rights down below its user's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyRestrictions {
    /// Only permissions that read.
    pub read_only: bool,
    /// Only what this role would also have in the same place.
    pub role_cap: Option<Role>,
    /// Only these projects and what is in them, and reading the org that they are in. Empty: no such restriction.
    pub projects: Vec<Uuid>,
}

/// The question.
#[derive(Debug, Clone, Copy)]
pub struct AccessRequest<'a> {
    /// All roles of the caller, where it has them.
    pub grants: &'a [Grant],
    /// What its key is cut down to.
    pub restrictions: &'a KeyRestrictions,
    /// What is to be done.
    pub permission: Permission,
    /// To what.
    pub target: Target,
    /// True if the caller made the thing itself (the user that it added, the key that it issued).
    pub made_by_caller: bool,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Go ahead.
    Allowed {
        /// The grant that allows it; of several, one that reaches furthest.
        through: Grant,
        /// How far; [`Reach::OrgEntriesOnly`] is for the caller to apply.
        reach: Reach,
    },
    /// Not.
    Denied {
        /// The permission that is missing.
        missing: Permission,
        /// The roles that would give it somewhere.
        granted_by_roles: Vec<Role>,
        /// True if the caller may know that the target exists, because it may read it or what it is in: 403. Else 404.
        visible: bool,
    },
}

impl Decision {
    /// True if allowed.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }
}

/// Decides one question.
#[must_use]
pub fn authorize(request: &AccessRequest<'_>) -> Decision {
    match best(request) {
        Some((grant, reach)) => Decision::Allowed { through: grant.clone(), reach },
        None => Decision::Denied {
            missing: request.permission,
            granted_by_roles: granting_roles(request.permission),
            visible: is_visible(request),
        },
    }
}

/// The permissions that the caller has on the target, in the order of the table; of what it has made itself, not
/// counted.
#[must_use]
pub fn scope_permissions(
    grants: &[Grant],
    restrictions: &KeyRestrictions,
    target: Target,
) -> Vec<Permission> {
    let has = |permission: &Permission| {
        let permission = *permission;
        best(&AccessRequest { grants, restrictions, permission, target, made_by_caller: false }).is_some()
    };
    Permission::ALL.iter().copied().filter(has).collect()
}

/// The grant that reaches furthest, of those that allow; the first, of several.
fn best<'a>(request: &AccessRequest<'a>) -> Option<(&'a Grant, Reach)> {
    if !within_restrictions(request) {
        return None;
    }
    let allowing = request.grants.iter().filter_map(|grant| Some((grant, effective_reach(grant, request)?)));
    allowing.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

fn within_restrictions(request: &AccessRequest<'_>) -> bool {
    let KeyRestrictions { read_only, projects, role_cap: _ } = request.restrictions;
    if *read_only && !request.permission.is_read() {
        return false;
    }
    if projects.is_empty() {
        return true;
    }
    match request.target.project() {
        Some(project) => projects.contains(&project),
        // The way to the projects, nothing else: neither users nor keys of the org.
        None => matches!(request.permission, Permission::OrgRead | Permission::OrgList),
    }
}

/// How far the grant allows what is asked, cut down to the cap role in the same place.
fn effective_reach(grant: &Grant, request: &AccessRequest<'_>) -> Option<Reach> {
    if !grant.on.fits(grant.role) {
        return None;
    }
    let own = reach_through(grant.role, &grant.on, request)?;
    match request.restrictions.role_cap {
        None => Some(own),
        Some(cap) => Some(own.min(reach_through(cap, &grant.on, request)?)),
    }
}

/// How far the role, on this scope, allows what is asked.
fn reach_through(role: Role, on: &GrantScope, request: &AccessRequest<'_>) -> Option<Reach> {
    let AccessRequest { permission, target, made_by_caller, .. } = request;
    let reach = reach(role, *permission)?;
    let is_covered = match reach {
        // Things that live above the scope (a project admin's org has the users, a namespace admin's project the
        // clusters) are covered there, in the one org or project that the scope is inside of.
        Reach::Everywhere => {
            on.contains(target) || (target.level() == permission.level() && on.is_inside(target))
        }
        Reach::NamedNamespaces => matches!(on, GrantScope::Namespaces { .. }) && on.contains(target),
        Reach::Own | Reach::OrgEntriesOnly => on.owns(target),
        Reach::MadeByOneself => *made_by_caller && on.owns(target),
    };
    is_covered.then_some(reach)
}

/// True if the caller may know of the target. That there is an installation is no secret.
fn is_visible(request: &AccessRequest<'_>) -> bool {
    let may_read = |target: Target| {
        let permission = match target.level() {
            Level::Platform => Permission::OperatorRead,
            Level::Partner => Permission::PartnerRead,
            Level::Org => Permission::OrgRead,
            Level::Project => Permission::ProjectRead,
            Level::Namespace => Permission::NamespaceRead,
        };
        best(&AccessRequest { permission, target, ..*request }).is_some()
    };
    request.target == Target::Platform
        || may_read(request.target)
        || request.target.parent().is_some_and(may_read)
}

#[cfg(test)]
mod tests;
