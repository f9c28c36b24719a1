//! Nobody gives more than they have.

use super::*;
use proptest::prelude::*;
use values::{RoleLevel, Timestamp};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000).unwrap()
}

fn holding(role: Role, until: Option<i64>) -> Holding {
    Holding { grant: grant(role), until: until.map(at) }
}

fn gives(held: &[Holding], given: &Holding) -> Result<(), Exceeds> {
    may_grant(held, &KeyRestrictions::default(), given, PARTNER)
}

fn may_give(own: Role, given: Role) -> bool {
    gives(&[holding(own, None)], &holding(given, None)).is_ok()
}

#[test]
fn an_org_admin_gives_every_role_there_is_in_an_org() {
    for role in Role::ALL {
        let inside = role.level() <= RoleLevel::Org;
        assert_eq!(may_give(Role::OrgAdmin, *role), inside, "{role}");
    }
}

#[test]
fn a_project_admin_gives_what_is_below_it_in_its_project() {
    let given: Vec<Role> =
        Role::ALL.iter().copied().filter(|role| may_give(Role::ProjectAdmin, *role)).collect();
    assert_eq!(
        given,
        [
            Role::ProjectAdmin,
            Role::ProjectReadOnly,
            Role::InfraReadOnly,
            Role::WorkspaceAdmin,
            Role::WorkspaceReadOnly,
            Role::NamespaceAdmin,
            Role::NamespaceReadOnly
        ]
    );
    let elsewhere =
        Grant { role: Role::ProjectReadOnly, on: GrantScope::Project { org: ORG, project: OTHER_PROJECT } };
    let in_all = Grant { role: Role::ProjectReadOnly, on: GrantScope::Org(ORG) };
    for grant in [elsewhere, in_all] {
        let given = Holding { grant, until: None };
        let refused = gives(&[holding(Role::ProjectAdmin, None)], &given);
        assert!(matches!(refused, Err(Exceeds::Rights(_))), "{given:?}");
    }
}

#[test]
fn partners_give_nothing_inside_an_org() {
    for role in Role::ALL.iter().filter(|role| role.level() <= RoleLevel::Org) {
        assert!(!may_give(Role::PartnerAdmin, *role), "{role}");
        assert!(!may_give(Role::Operator, *role), "{role}");
    }
    assert!(may_give(Role::PartnerAdmin, Role::PartnerAdmin));
    assert!(may_give(Role::PartnerAdmin, Role::PartnerReadOnly));
    assert!(!may_give(Role::PartnerReadOnly, Role::PartnerAdmin));
}

#[test]
fn what_ends_gives_only_what_ends_no_later() {
    let own = [holding(Role::OrgAdmin, Some(100))];
    assert_eq!(gives(&own, &holding(Role::Auditor, Some(100))), Ok(()));
    for until in [Some(101), None] {
        let refused = gives(&own, &holding(Role::Auditor, until));
        assert!(matches!(refused, Err(Exceeds::Time(_))), "{until:?}");
    }
    let lasting = [own[0].clone(), holding(Role::Auditor, None)];
    assert_eq!(gives(&lasting, &holding(Role::Auditor, None)), Ok(()));
}

#[test]
fn a_key_gives_no_more_than_it_is_cut_down_to() {
    let own = [holding(Role::OrgAdmin, None)];
    let capped = KeyRestrictions { role_cap: Some(Role::OrgReadOnly), ..KeyRestrictions::default() };
    assert!(may_grant(&own, &capped, &holding(Role::OrgReadOnly, None), PARTNER).is_ok());
    assert!(may_grant(&own, &capped, &holding(Role::OrgAdmin, None), PARTNER).is_err());
    let narrowed = KeyRestrictions { projects: vec![PROJECT], ..KeyRestrictions::default() };
    assert!(may_grant(&own, &narrowed, &holding(Role::OrgAdmin, None), PARTNER).is_err());
}

fn any_role() -> impl Strategy<Value = Role> {
    prop::sample::select(Role::ALL)
}

fn any_scope() -> impl Strategy<Value = GrantScope> {
    let projects = || prop::sample::select(vec![PROJECT, OTHER_PROJECT]);
    let namespaces =
        prop::collection::btree_set(prop::sample::select(vec![NAMESPACE, OTHER_NAMESPACE]), 1..3);
    prop_oneof![
        Just(GrantScope::Platform),
        Just(GrantScope::Partner(PARTNER)),
        prop::sample::select(vec![ORG, OTHER_ORG]).prop_map(GrantScope::Org),
        projects().prop_map(|project| GrantScope::Project { org: ORG, project }),
        (projects(), namespaces).prop_map(|(project, namespaces)| GrantScope::Namespaces {
            org: ORG,
            project,
            namespaces
        }),
    ]
}

fn any_holding() -> impl Strategy<Value = Holding> {
    let ends = prop::option::of(1..4_i64);
    (any_role(), any_scope(), ends)
        .prop_map(|(role, on, until)| Holding { grant: Grant { role, on }, until: until.map(at) })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Whoever is given something can do nothing by it, at no time, that its giver could not.
    #[test]
    fn nobody_gains_anything_that_the_giver_has_not(
        held in prop::collection::vec(any_holding(), 0..4),
        given in any_holding(),
    ) {
        if gives(&held, &given).is_err() {
            return Ok(());
        }
        let targets = [
            Target::Platform,
            Target::Partner { partner: PARTNER },
            org(ORG),
            org(OTHER_ORG),
            project(PROJECT),
            project(OTHER_PROJECT),
            namespace(NAMESPACE),
            namespace(OTHER_NAMESPACE),
        ];
        let any = KeyRestrictions::default();
        let at_the_end = |until: Option<Timestamp>| until.is_none_or(|end| given.until.is_some_and(|it| it <= end));
        let own: Vec<Grant> =
            held.iter().filter(|it| at_the_end(it.until)).map(|it| it.grant.clone()).collect();
        for target in targets {
            for permission in Permission::ALL {
                let gained = decide(std::slice::from_ref(&given.grant), &any, *permission, target);
                if gained.is_allowed() {
                    prop_assert!(decide(&own, &any, *permission, target).is_allowed(), "{permission} on {target:?}");
                }
            }
        }
    }
}
