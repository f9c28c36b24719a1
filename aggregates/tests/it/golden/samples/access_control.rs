//! Groups and role bindings.

use super::super::{Sample, sample};
use crate::values::{hour, name, scope, sealed, uuid};
use aggregates::group::{GroupEvent, GroupUpdate, Member};
use aggregates::profile::Profile;
use aggregates::reference::Reference;
use aggregates::role_binding::{BindingScope, Grantee, RoleBindingEvent, RoleBindingSpec, RoleBindingUpdate};
use values::Role;

pub(super) fn samples() -> Vec<Sample> {
    groups().into_iter().chain(role_bindings()).collect()
}

fn member(number: u128) -> Member {
    Member { user: uuid(100 + number), membership: uuid(200 + number), email: sealed('E') }
}

fn groups() -> Vec<Sample> {
    let everything = GroupUpdate {
        name: Some((name("dev"), name("developers"))),
        profile: Some(Profile::default()),
        added: vec![member(2)],
        removed: vec![member(1)],
    };
    let renamed = GroupUpdate { name: everything.name.clone(), ..GroupUpdate::default() };
    let updated = |update: GroupUpdate| GroupEvent::Updated(Box::new(update));
    let created = |members| GroupEvent::Created { name: name("dev"), profile: Profile::default(), members };
    vec![
        sample("full", &created(vec![member(1), member(2)])),
        sample("empty", &created(vec![])),
        sample("everything", &updated(everything)),
        sample("renamed", &updated(renamed)),
        sample("full", &GroupEvent::Deleted { name: name("dev"), members: vec![member(1)] }),
        sample("full", &GroupEvent::Restored { name: name("dev"), members: vec![member(1)] }),
    ]
}

fn role_bindings() -> Vec<Sample> {
    let payments = || Reference { id: uuid(20), name: "payments".to_owned() };
    let cart = Reference { id: uuid(21), name: "cart".to_owned() };
    let group = RoleBindingSpec {
        role: Role::ProjectAdmin,
        subject: Grantee::Group(Reference { id: uuid(10), name: "dev".to_owned() }),
        scope: BindingScope::Project(payments()),
        expires_at: None,
        reason: None,
    };
    let user = RoleBindingSpec {
        role: Role::NamespaceAdmin,
        subject: Grantee::User { user: uuid(11), membership: uuid(12), email: sealed('E') },
        scope: BindingScope::Namespaces { project: payments(), namespaces: vec![cart] },
        expires_at: Some(hour(48)),
        reason: Some(sealed('R')),
    };
    let staff = RoleBindingSpec {
        role: Role::OrgAdmin,
        subject: Grantee::Staff {
            partner: scope(3),
            user: uuid(13),
            membership: uuid(14),
            email: sealed('S'),
        },
        scope: BindingScope::Org,
        expires_at: Some(hour(8)),
        reason: Some(sealed('R')),
    };
    let everything = RoleBindingUpdate {
        profile: Some(Profile::default()),
        spec: Some((group.clone(), user.clone())),
        begun_at: Some(hour(1)),
    };
    let profile = RoleBindingUpdate { profile: Some(Profile::default()), ..RoleBindingUpdate::default() };
    let created = |spec: &RoleBindingSpec| RoleBindingEvent::Created {
        name: name("it"),
        profile: Profile::default(),
        spec: Box::new(spec.clone()),
        at: hour(0),
    };
    vec![
        sample("group", &created(&group)),
        sample("user", &created(&user)),
        sample("break-glass", &created(&staff)),
        sample("everything", &RoleBindingEvent::Updated(Box::new(everything))),
        sample("profile", &RoleBindingEvent::Updated(Box::new(profile))),
        sample("full", &RoleBindingEvent::Expired { at: hour(8), spec: Box::new(staff) }),
        sample("group", &RoleBindingEvent::Deleted { name: name("it"), spec: Box::new(group.clone()) }),
        sample("group", &RoleBindingEvent::Restored { name: name("it"), spec: Box::new(group) }),
    ]
}
