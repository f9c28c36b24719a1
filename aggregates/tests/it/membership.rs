//! Memberships.

mod book;

use crate::given::{Meaning, given, meaning};
use crate::values::{scope, sealed, uuid};
use aggregates::facts::{ReferenceChange, ReferenceKind, Requirement, Subject, Target};
use aggregates::membership::{
    Access, Add, Membership, MembershipCommand, MembershipEvent, MembershipPhase, MembershipRefusal,
    MembershipUpdate,
};
use std::collections::BTreeSet;
use values::{Role, ScopeKind};

fn of() -> Subject {
    Subject { id: uuid(3), scope: scope(2) }
}

fn administration() -> Target {
    Target { scope: scope(2), id: uuid(2), kind: ReferenceKind::Administers }
}

fn keys() -> Target {
    Target { scope: scope(2), id: uuid(3), kind: ReferenceKind::KeyOf }
}

fn whose() -> Target {
    Target { scope: scope(7), id: uuid(7), kind: ReferenceKind::MembershipOf }
}

fn roles(roles: &[Role]) -> BTreeSet<Role> {
    roles.iter().copied().collect()
}

fn add(kind: ScopeKind, access: Access, given: &[Role]) -> MembershipCommand {
    MembershipCommand::Add(Box::new(Add {
        user: uuid(7),
        kind,
        email: sealed('E'),
        first_name: Some(sealed('F')),
        last_name: None,
        access,
        roles: roles(given),
    }))
}

fn added(kind: ScopeKind, access: Access, given: &[Role]) -> MembershipEvent {
    MembershipEvent::Added {
        user: uuid(7),
        kind,
        email: sealed('E'),
        first_name: Some(sealed('F')),
        last_name: None,
        access,
        roles: roles(given),
    }
}

fn admin() -> MembershipEvent {
    added(ScopeKind::Org, Access::Console, &[Role::OrgAdmin])
}

fn reader() -> MembershipEvent {
    added(ScopeKind::Org, Access::Programmatic, &[Role::OrgReadOnly])
}

fn suspended(administered: bool) -> MembershipEvent {
    MembershipEvent::Suspended { reason: Some(sealed('S')), administered }
}

fn removed(administered: bool) -> MembershipEvent {
    MembershipEvent::Removed { reason: Some(sealed('R')), administered }
}

fn update(given: &[Role]) -> MembershipCommand {
    MembershipCommand::Update { first_name: Some(sealed('F')), last_name: None, roles: roles(given) }
}

fn suspend() -> MembershipCommand {
    MembershipCommand::Suspend { reason: Some(sealed('S')) }
}

fn remove() -> MembershipCommand {
    MembershipCommand::Remove { reason: Some(sealed('R')) }
}

#[test]
fn a_person_is_invited_and_a_machine_is_active_at_once() {
    let person =
        given::<Membership>([]).when(add(ScopeKind::Org, Access::Console, &[Role::OrgAdmin])).then(admin());
    assert_eq!(person.phase, MembershipPhase::Invited);
    assert!(person.is_live() && person.administers());
    let machine = given::<Membership>([])
        .when(add(ScopeKind::Org, Access::Programmatic, &[Role::OrgReadOnly]))
        .then(reader());
    assert_eq!(machine.phase, MembershipPhase::Active);
    assert!(machine.is_live() && !machine.administers());
}

#[test]
fn a_new_member_needs_a_scope_that_can_have_members() {
    let of_org = meaning(&admin(), of());
    assert_eq!(
        of_org,
        Meaning {
            claims: vec![],
            references: vec![
                ReferenceChange::Add { to: administration(), until: None },
                ReferenceChange::Add { to: whose(), until: None },
            ],
            requirements: vec![Requirement::InPhase {
                id: uuid(2),
                phases: &["active", "pendingApproval", "deactivated"]
            }],
            changes_authority: false,
        }
    );
    let of_partner = meaning(&added(ScopeKind::Partner, Access::Console, &[Role::PartnerAdmin]), of());
    let whose = ReferenceChange::Add { to: whose(), until: None };
    assert_eq!(
        of_partner.references,
        std::slice::from_ref(&whose),
        "it administers nothing: the operator can always add to a partner's staff"
    );
    assert_eq!(of_partner.requirements, [Requirement::InPhase { id: uuid(2), phases: &["active"] }]);
    let of_platform = meaning(&added(ScopeKind::Platform, Access::Console, &[Role::Operator]), of());
    assert_eq!(of_platform.references, [ReferenceChange::Add { to: administration(), until: None }, whose]);
    assert_eq!(of_platform.requirements, []);
}

#[test]
fn a_role_is_only_given_where_it_fits() {
    let cases = [
        (ScopeKind::Org, Role::PartnerAdmin, "the role PARTNER_ADMIN cannot be given here"),
        (ScopeKind::Org, Role::NamespaceAdmin, "the role NAMESPACE_ADMIN cannot be given here"),
        (ScopeKind::Partner, Role::OrgAdmin, "the role ORG_ADMIN cannot be given here"),
        (ScopeKind::Platform, Role::OrgAdmin, "the role ORG_ADMIN cannot be given here"),
        (ScopeKind::Org, Role::Operator, "the role OPERATOR cannot be given here"),
    ];
    for (kind, role, text) in cases {
        given::<Membership>([])
            .when(add(kind, Access::Console, &[role]))
            .then_refused(&MembershipRefusal::RoleDoesNotFit(role), text);
        given::<Membership>([added(kind, Access::Console, &[])])
            .when(update(&[role]))
            .then_refused(&MembershipRefusal::RoleDoesNotFit(role), text);
    }
}

#[test]
fn a_member_is_not_added_twice() {
    for past in [vec![admin()], vec![reader()], vec![admin(), suspended(true)]] {
        given::<Membership>(past)
            .when(add(ScopeKind::Org, Access::Console, &[]))
            .then_refused(&MembershipRefusal::AlreadyMember, "a user with this e-mail is a member already");
    }
}

#[test]
fn a_member_that_was_removed_comes_back_as_a_new_one() {
    let back = given::<Membership>([admin(), removed(true)])
        .when(add(ScopeKind::Org, Access::Programmatic, &[Role::OrgReadOnly]))
        .then(reader());
    assert_eq!((back.phase, back.reason), (MembershipPhase::Active, None));
}

#[test]
fn a_member_that_was_never_added_is_not_found() {
    for command in [update(&[]), suspend(), MembershipCommand::Reactivate, remove(), MembershipCommand::Erase]
    {
        given::<Membership>([])
            .when(command)
            .then_refused(&MembershipRefusal::NotFound, "there is no such user here");
    }
}

#[test]
fn a_removed_member_is_only_added_again() {
    for command in [update(&[]), suspend(), MembershipCommand::Reactivate] {
        given::<Membership>([admin(), removed(true)])
            .when(command)
            .then_refused(&MembershipRefusal::Removed, "the user was removed: add it again first");
    }
}

#[test]
fn suspending_ends_the_keys_and_leaves_an_administrator() {
    let member = given::<Membership>([admin()]).when(suspend()).then(suspended(true));
    assert_eq!((member.phase, member.reason.clone()), (MembershipPhase::Suspended, Some(sealed('S'))));
    assert!(!member.is_live() && !member.administers());
    assert_eq!(
        meaning(&suspended(true), of()),
        Meaning {
            claims: vec![],
            references: vec![ReferenceChange::Drop { to: administration() }],
            requirements: vec![Requirement::NoneRemains(keys()), Requirement::OneRemains(administration())],
            changes_authority: true,
        }
    );
}

#[test]
fn whoever_did_not_administer_may_go_without_a_successor() {
    for event in [suspended(false), removed(false)] {
        let meaning = meaning(&event, of());
        assert_eq!(meaning.references, []);
        assert!(!meaning.requirements.contains(&Requirement::OneRemains(administration())));
        assert_eq!(meaning.requirements[0], Requirement::NoneRemains(keys()));
    }
    given::<Membership>([reader()]).when(suspend()).then(suspended(false));
    given::<Membership>([reader()]).when(remove()).then(removed(false));
    given::<Membership>([admin(), suspended(true)]).when(remove()).then(removed(false));
}

#[test]
fn reactivating_lets_a_member_act_and_administer_again() {
    let event = MembershipEvent::Reactivated { administers: true };
    let member = given::<Membership>([admin(), suspended(true)])
        .when(MembershipCommand::Reactivate)
        .then(event.clone());
    assert_eq!((member.phase, member.reason.clone()), (MembershipPhase::Active, None));
    assert_eq!(
        meaning(&event, of()).references,
        [ReferenceChange::Add { to: administration(), until: None }]
    );
    assert!(meaning(&event, of()).changes_authority);
    given::<Membership>([reader(), suspended(false)])
        .when(MembershipCommand::Reactivate)
        .then(MembershipEvent::Reactivated { administers: false });
}

#[test]
fn removing_ends_everything() {
    let member = given::<Membership>([admin()]).when(remove()).then(removed(true));
    assert_eq!((member.phase, member.reason), (MembershipPhase::Removed, Some(sealed('R'))));
    assert_eq!(
        meaning(&removed(true), of()).requirements,
        [
            Requirement::NoneRemains(keys()),
            Requirement::NoneRemains(Target { kind: ReferenceKind::Includes, ..keys() }),
            Requirement::NoneRemains(Target { kind: ReferenceKind::Grants, ..keys() }),
            Requirement::OneRemains(administration())
        ]
    );
}

fn erased(administered: bool) -> MembershipEvent {
    MembershipEvent::Erased { user: uuid(7), person: sealed('E').person(), administered }
}

#[test]
fn erasing_ends_everything_and_forgets_whose_it_was() {
    let member = given::<Membership>([admin()]).when(MembershipCommand::Erase).then(erased(true));
    assert_eq!((member.phase, member.reason.clone()), (MembershipPhase::Erased, None));
    assert!(!member.is_live() && !member.administers());
    assert_eq!(
        meaning(&erased(true), of()),
        Meaning {
            claims: vec![],
            references: vec![
                ReferenceChange::Drop { to: administration() },
                ReferenceChange::Drop { to: whose() }
            ],
            requirements: meaning(&removed(true), of()).requirements,
            changes_authority: true,
        }
    );
    for past in [vec![reader()], vec![admin(), suspended(true)], vec![admin(), removed(true)]] {
        given::<Membership>(past).when(MembershipCommand::Erase).then(erased(false));
    }
}

#[test]
fn an_erased_member_is_only_added_again() {
    for command in [update(&[]), suspend(), MembershipCommand::Reactivate] {
        given::<Membership>([admin(), erased(true)])
            .when(command)
            .then_refused(&MembershipRefusal::Erased, "the user was erased");
    }
    let add = add(ScopeKind::Org, Access::Programmatic, &[Role::OrgReadOnly]);
    given::<Membership>([admin(), erased(true)]).when(add).then(reader());
}

#[test]
fn what_is_so_already_succeeds_without_an_event() {
    given::<Membership>([admin(), erased(true)]).when(MembershipCommand::Erase).then_nothing();
    given::<Membership>([admin(), erased(true)]).when(remove()).then_nothing();
    given::<Membership>([admin(), removed(true)]).when(remove()).then_nothing();
    given::<Membership>([admin(), suspended(true)]).when(suspend()).then_nothing();
    given::<Membership>([admin()]).when(MembershipCommand::Reactivate).then_nothing();
    given::<Membership>([reader()]).when(MembershipCommand::Reactivate).then_nothing();
    given::<Membership>([admin()]).when(update(&[Role::OrgAdmin])).then_nothing();
}

#[test]
fn an_update_records_what_differs_and_nothing_else() {
    let names = MembershipUpdate { names: Some((None, Some(sealed('L')))), ..MembershipUpdate::default() };
    let renamed = MembershipCommand::Update {
        first_name: None,
        last_name: Some(sealed('L')),
        roles: roles(&[Role::OrgAdmin]),
    };
    let member = given::<Membership>([admin()]).when(renamed).then(MembershipEvent::Updated(names.clone()));
    assert_eq!((member.first_name, member.last_name), (None, Some(sealed('L'))));
    assert!(!meaning(&MembershipEvent::Updated(names), of()).changes_authority);

    let more = MembershipUpdate { roles: Some(roles(&[Role::Auditor])), ..MembershipUpdate::default() };
    given::<Membership>([reader()])
        .when(update(&[Role::Auditor]))
        .then(MembershipEvent::Updated(more.clone()));
    assert!(meaning(&MembershipEvent::Updated(more), of()).changes_authority);
}

#[test]
fn an_administrator_that_becomes_less_leaves_another() {
    let less = MembershipEvent::Updated(MembershipUpdate {
        names: None,
        roles: Some(roles(&[Role::Auditor])),
        administers: Some(false),
    });
    given::<Membership>([admin()]).when(update(&[Role::Auditor])).then(less.clone());
    assert_eq!(
        meaning(&less, of()),
        Meaning {
            claims: vec![],
            references: vec![ReferenceChange::Drop { to: administration() }],
            requirements: vec![Requirement::OneRemains(administration())],
            changes_authority: true,
        }
    );
    let more = MembershipEvent::Updated(MembershipUpdate {
        names: None,
        roles: Some(roles(&[Role::OrgAdmin])),
        administers: Some(true),
    });
    given::<Membership>([reader()]).when(update(&[Role::OrgAdmin])).then(more.clone());
    assert_eq!(meaning(&more, of()).references, [ReferenceChange::Add { to: administration(), until: None }]);
}

#[test]
fn a_suspended_member_may_be_given_roles_that_count_when_it_comes_back() {
    let roles_only =
        MembershipUpdate { roles: Some(roles(&[Role::OrgAdmin])), ..MembershipUpdate::default() };
    let event = MembershipEvent::Updated(roles_only);
    let member =
        given::<Membership>([reader(), suspended(false)]).when(update(&[Role::OrgAdmin])).then(event.clone());
    assert!(!member.administers());
    assert_eq!(meaning(&event, of()).references, []);
    given::<Membership>([reader(), suspended(false), event])
        .when(MembershipCommand::Reactivate)
        .then(MembershipEvent::Reactivated { administers: true });
}

#[test]
fn every_phase_is_called_the_same_in_state_and_store() {
    use MembershipPhase as P;
    for phase in [P::None, P::Invited, P::Active, P::Suspended, P::Removed] {
        assert_eq!(serde_json::to_value(phase).unwrap(), phase.as_str());
    }
}
