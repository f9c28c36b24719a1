//! Whether somebody has all that it would give.

use std::collections::BTreeSet;

use values::Role;

use super::{Permission, Reach, reach};

/// Roles, cut down by a key's cap where it has one.
#[derive(Debug, Clone, Copy)]
pub struct Rights<'a> {
    /// The roles.
    pub roles: &'a BTreeSet<Role>,
    /// The role whose rights are never exceeded.
    pub cap: Option<Role>,
}

impl Rights<'_> {
    /// True if these rights are, on the same scope, everything that the others are: for every permission they reach as
    /// far.
    #[must_use]
    pub fn cover(&self, others: &Self) -> bool {
        Permission::ALL.iter().all(|permission| others.reach(*permission) <= self.reach(*permission))
    }

    fn reach(&self, permission: Permission) -> Option<Reach> {
        let furthest = self.roles.iter().filter_map(|role| reach(*role, permission)).max();
        match self.cap {
            None => furthest,
            Some(cap) => furthest.min(reach(cap, permission)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(own: &[Role], own_cap: Option<Role>, given: &[Role], given_cap: Option<Role>) -> bool {
        let (own, given) = (own.iter().copied().collect(), given.iter().copied().collect());
        Rights { roles: &own, cap: own_cap }.cover(&Rights { roles: &given, cap: given_cap })
    }

    #[test]
    fn an_org_admin_has_all_that_roles_of_orgs_and_projects_give() {
        for role in Role::ALL {
            let is_within = role.may_be_granted_on(values::ScopeKind::Org);
            if is_within {
                assert!(covers(&[Role::OrgAdmin], None, &[*role], None), "{role}");
            }
        }
        assert!(!covers(&[Role::OrgAdmin], None, &[Role::Operator], None));
        assert!(!covers(&[Role::OrgReadOnly], None, &[Role::OrgAdmin], None));
        assert!(covers(&[Role::PartnerAdmin], None, &[Role::PartnerReadOnly], None));
        assert!(!covers(&[], None, &[Role::OrgReadOnly], None));
        assert!(covers(&[], None, &[], None));
    }

    #[test]
    fn caps_cut_both_sides_down() {
        let (admin, reader) = (Role::OrgAdmin, Role::OrgReadOnly);
        assert!(!covers(&[admin], Some(reader), &[admin], None));
        assert!(covers(&[admin], Some(reader), &[admin], Some(reader)));
        assert!(covers(&[admin], Some(reader), &[reader], None));
        assert!(covers(&[reader], None, &[admin], Some(reader)));
    }
}
