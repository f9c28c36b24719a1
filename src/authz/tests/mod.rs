mod differential;
mod granting;
mod matrix;
mod reference;

use std::collections::BTreeSet;

use values::ScopeId;

use super::*;

const fn scope(number: u128) -> ScopeId {
    ScopeId(Uuid::from_u128(number))
}

const PARTNER: ScopeId = scope(1);
const ORG: ScopeId = scope(11);
const OTHER_ORG: ScopeId = scope(12);
const PROJECT: Uuid = Uuid::from_u128(111);
const OTHER_PROJECT: Uuid = Uuid::from_u128(112);
const NAMESPACE: Uuid = Uuid::from_u128(1111);
const OTHER_NAMESPACE: Uuid = Uuid::from_u128(1112);

fn org(org: ScopeId) -> Target {
    Target::Org { org, partner: PARTNER }
}

fn project(project: Uuid) -> Target {
    Target::Project { org: ORG, partner: PARTNER, project }
}

fn namespace(namespace: Uuid) -> Target {
    Target::Namespace { org: ORG, partner: PARTNER, project: PROJECT, namespace }
}

fn grant(role: Role) -> Grant {
    let on = match role.level() {
        values::RoleLevel::Platform => GrantScope::Platform,
        values::RoleLevel::Partner => GrantScope::Partner(PARTNER),
        values::RoleLevel::Org => GrantScope::Org(ORG),
        values::RoleLevel::Project => GrantScope::Project { org: ORG, project: PROJECT },
        values::RoleLevel::Namespace => {
            GrantScope::Namespaces { org: ORG, project: PROJECT, namespaces: BTreeSet::from([NAMESPACE]) }
        }
    };
    Grant { role, on }
}

fn decide(
    grants: &[Grant],
    restrictions: &KeyRestrictions,
    permission: Permission,
    target: Target,
) -> Decision {
    authorize(&AccessRequest { grants, restrictions, permission, target, made_by_caller: false })
}

fn may(role: Role, permission: Permission, target: Target) -> bool {
    decide(&[grant(role)], &KeyRestrictions::default(), permission, target).is_allowed()
}

fn is_visible_to(role: Role, permission: Permission, target: Target) -> bool {
    match decide(&[grant(role)], &KeyRestrictions::default(), permission, target) {
        Decision::Denied { visible, .. } => visible,
        Decision::Allowed { .. } => panic!("{role} has {permission}"),
    }
}

#[test]
fn without_a_grant_nothing_is_allowed_and_nothing_but_the_installation_is_known() {
    for permission in Permission::ALL {
        for target in [Target::Partner { partner: PARTNER }, org(ORG), project(PROJECT), namespace(NAMESPACE)]
        {
            let decision = decide(&[], &KeyRestrictions::default(), *permission, target);
            let granted_by_roles = granting_roles(*permission);
            assert_eq!(decision, Decision::Denied { missing: *permission, granted_by_roles, visible: false });
        }
    }
}

#[test]
fn names_are_unique_and_come_back() {
    for permission in Permission::ALL {
        assert_eq!(Permission::from_name(permission.as_str()), Some(*permission));
        assert_eq!(permission.to_string(), permission.as_str());
    }
    assert_eq!(Permission::from_name("org.*"), None);
}

#[test]
fn partner_power_does_not_reach_into_tenants() {
    assert!(may(Role::PartnerAdmin, Permission::OrgDeactivate, org(ORG)));
    assert!(may(Role::PartnerAdmin, Permission::UserAdd, org(ORG)));
    for permission in [Permission::ProjectRead, Permission::ClusterRead, Permission::WorkloadRead] {
        assert!(!may(Role::PartnerAdmin, permission, project(PROJECT)));
        assert!(is_visible_to(Role::PartnerAdmin, permission, project(PROJECT)));
    }
    let foreign = Target::Org { org: scope(99), partner: scope(2) };
    assert!(!may(Role::PartnerAdmin, Permission::OrgRead, foreign));
    assert!(!is_visible_to(Role::PartnerAdmin, Permission::OrgRead, foreign));
}

#[test]
fn another_org_is_not_even_known() {
    for role in [Role::OrgAdmin, Role::Auditor, Role::ProjectAdmin, Role::NamespaceReadOnly] {
        assert!(may(role, Permission::OrgRead, org(ORG)));
        assert!(!is_visible_to(role, Permission::OrgRead, org(OTHER_ORG)));
    }
    assert!(is_visible_to(Role::OrgReadOnly, Permission::OrgUpdate, org(ORG)));
}

#[test]
fn project_roles_end_at_their_project() {
    assert!(may(Role::ProjectAdmin, Permission::WorkloadWrite, namespace(OTHER_NAMESPACE)));
    assert!(!may(Role::ProjectAdmin, Permission::ProjectRead, project(OTHER_PROJECT)));
    assert!(is_visible_to(Role::ProjectAdmin, Permission::ProjectRead, project(OTHER_PROJECT)));
    assert!(may(Role::ProjectAdmin, Permission::UserRead, org(ORG)), "users live above projects");
    assert!(!may(Role::ProjectAdmin, Permission::RoleBindingRead, org(ORG)));
    assert!(!may(Role::ProjectAdmin, Permission::RoleBindingWriteProject, org(ORG)));
}

#[test]
fn namespace_roles_end_at_their_namespaces() {
    assert!(may(Role::NamespaceAdmin, Permission::WorkloadWrite, namespace(NAMESPACE)));
    assert!(!may(Role::NamespaceAdmin, Permission::WorkloadWrite, namespace(OTHER_NAMESPACE)));
    assert!(!may(Role::NamespaceAdmin, Permission::NamespaceRead, project(PROJECT)));
    assert!(may(Role::NamespaceAdmin, Permission::ProjectRead, project(PROJECT)));
    assert!(!may(Role::NamespaceAdmin, Permission::ProjectRead, project(OTHER_PROJECT)));
    let nowhere = Grant {
        role: Role::NamespaceAdmin,
        on: GrantScope::Namespaces { org: ORG, project: PROJECT, namespaces: BTreeSet::new() },
    };
    let none = KeyRestrictions::default();
    assert!(!decide(&[nowhere], &none, Permission::WorkloadRead, namespace(NAMESPACE)).is_allowed());
}

#[test]
fn what_one_has_made_is_ones_own_for_partners() {
    let grants = [grant(Role::PartnerAdmin)];
    let restrictions = &KeyRestrictions::default();
    let ask = |made_by_caller, target| {
        let permission = Permission::UserSuspend;
        authorize(&AccessRequest { grants: &grants, restrictions, permission, target, made_by_caller })
            .is_allowed()
    };
    assert!(ask(true, org(ORG)) && !ask(false, org(ORG)));
    assert!(!ask(true, Target::Org { org: ORG, partner: scope(2) }));
}

#[test]
fn partners_see_the_orgs_own_entries_only() {
    let partner = grant(Role::PartnerReadOnly);
    let none = KeyRestrictions::default();
    let decision = decide(std::slice::from_ref(&partner), &none, Permission::AuditOrg, org(ORG));
    assert_eq!(decision, Decision::Allowed { through: partner.clone(), reach: Reach::OrgEntriesOnly });
    let auditor = grant(Role::Auditor);
    let decision = decide(&[partner, auditor.clone()], &none, Permission::AuditOrg, org(ORG));
    assert_eq!(decision, Decision::Allowed { through: auditor, reach: Reach::Everywhere });
}

#[test]
fn a_role_on_a_scope_that_it_does_not_fit_gives_nothing() {
    for (role, on) in [
        (Role::OrgAdmin, GrantScope::Platform),
        (Role::OrgAdmin, GrantScope::Partner(PARTNER)),
        (Role::Operator, GrantScope::Org(ORG)),
        (Role::PartnerAdmin, GrantScope::Org(ORG)),
        (Role::OrgAdmin, GrantScope::Project { org: ORG, project: PROJECT }),
        (Role::NamespaceAdmin, GrantScope::Org(ORG)),
        (Role::NamespaceAdmin, GrantScope::Project { org: ORG, project: PROJECT }),
    ] {
        let grants = [Grant { role, on }];
        assert_eq!(scope_permissions(&grants, &KeyRestrictions::default(), org(ORG)), [], "{grants:?}");
    }
    let everywhere = [Grant { role: Role::InfraAdmin, on: GrantScope::Org(ORG) }];
    let none = KeyRestrictions::default();
    assert!(decide(&everywhere, &none, Permission::ClusterCreate, project(OTHER_PROJECT)).is_allowed());
}

#[test]
fn a_capped_key_has_what_both_roles_have() {
    let grants = [grant(Role::OrgAdmin)];
    let capped = |cap| KeyRestrictions { role_cap: Some(cap), ..KeyRestrictions::default() };
    assert!(
        decide(&grants, &capped(Role::ProjectReadOnly), Permission::ProjectRead, project(PROJECT))
            .is_allowed()
    );
    assert!(
        !decide(&grants, &capped(Role::ProjectReadOnly), Permission::ProjectUpdate, project(PROJECT))
            .is_allowed()
    );
    assert!(
        !decide(&grants, &capped(Role::Operator), Permission::ProjectRead, project(PROJECT)).is_allowed()
    );
    let reader = [grant(Role::OrgReadOnly)];
    assert!(!decide(&reader, &capped(Role::OrgAdmin), Permission::UserAdd, org(ORG)).is_allowed());
    let operator = [grant(Role::Operator)];
    assert!(decide(&operator, &capped(Role::OrgReadOnly), Permission::OrgRead, org(ORG)).is_allowed());
    assert!(!decide(&operator, &capped(Role::OrgReadOnly), Permission::OrgApprove, org(ORG)).is_allowed());
}

#[test]
fn a_read_only_key_changes_nothing() {
    let restrictions = KeyRestrictions { read_only: true, ..KeyRestrictions::default() };
    for permission in scope_permissions(&[grant(Role::OrgAdmin)], &restrictions, org(ORG)) {
        assert!(permission.is_read(), "{permission}");
    }
    for permission in Permission::ALL {
        let verb = permission.as_str().split_once('.').unwrap().1;
        let reads = verb.starts_with("read")
            || matches!(verb, "list" | "org" | "project" | "platform" | "proof" | "export" | "checkOthers");
        assert_eq!(permission.is_read(), reads, "{permission}");
    }
}

#[test]
fn a_key_for_some_projects_sees_the_way_there_and_nothing_else() {
    let restrictions = KeyRestrictions { projects: vec![PROJECT], ..KeyRestrictions::default() };
    let grants = [grant(Role::OrgAdmin)];
    assert!(decide(&grants, &restrictions, Permission::ClusterCreate, project(PROJECT)).is_allowed());
    assert!(!decide(&grants, &restrictions, Permission::ClusterRead, project(OTHER_PROJECT)).is_allowed());
    let in_org = scope_permissions(&grants, &restrictions, org(ORG));
    assert_eq!(in_org, [Permission::OrgList, Permission::OrgRead]);
}

#[test]
fn a_denial_names_the_roles_that_would_do() {
    let Decision::Denied { missing, granted_by_roles, visible } =
        decide(&[grant(Role::OrgReadOnly)], &KeyRestrictions::default(), Permission::UserAdd, org(ORG))
    else {
        panic!("allowed");
    };
    assert_eq!((missing, visible), (Permission::UserAdd, true));
    assert_eq!(granted_by_roles, [Role::Operator, Role::PartnerAdmin, Role::OrgAdmin]);
}
