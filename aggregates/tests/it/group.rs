//! Groups.

use crate::given::{Meaning, given, meaning};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{name, scope, sealed, uuid};
use aggregates::facts::{
    Claim, ClaimChange, ClaimKind, ReferenceChange, ReferenceKind, Requirement, Subject, Target,
};
use aggregates::group::{
    Group, GroupCommand, GroupEvent, GroupRefusal, GroupUpdate, MOST_MEMBERS, Member, Members,
};
use aggregates::membership::LIVE_PHASES;
use aggregates::profile::Profile;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use values::{Name, Timestamp};

const OF: fn() -> Subject = || Subject { id: uuid(1), scope: scope(2) };

fn member(number: u128) -> Member {
    Member { user: uuid(100 + number), membership: uuid(200 + number), email: sealed('E') }
}

fn members(numbers: &[u128]) -> Members {
    numbers.iter().map(|number| (member(*number).user, member(*number))).collect()
}

fn create(members: Members) -> GroupCommand {
    GroupCommand::Create { name: name("dev"), profile: Profile::default(), members }
}

fn created(numbers: &[u128]) -> GroupEvent {
    let members = members(numbers).into_values().collect();
    GroupEvent::Created { name: name("dev"), profile: Profile::default(), members }
}

fn deleted(numbers: &[u128]) -> GroupEvent {
    GroupEvent::Deleted { name: name("dev"), members: members(numbers).into_values().collect() }
}

fn update(to: &str, numbers: &[u128]) -> GroupCommand {
    GroupCommand::Update { name: name(to), profile: Profile::default(), members: members(numbers) }
}

fn claim(called: &str) -> Claim {
    let key = format!("{}/{called}", scope(2));
    Claim { scope: scope(2), kind: ClaimKind::GroupName, key }
}

fn includes(number: u128) -> Target {
    Target { scope: scope(2), id: uuid(200 + number), kind: ReferenceKind::Includes }
}

fn is_there(number: u128) -> Requirement {
    Requirement::InPhase { id: uuid(200 + number), phases: LIVE_PHASES }
}

#[test]
fn a_group_is_made_of_members_of_its_org() {
    let group = given::<Group>([]).when(create(members(&[1, 2]))).then(created(&[1, 2]));
    assert_eq!(group.members, members(&[1, 2]));
    assert_eq!(
        meaning(&created(&[1]), OF()),
        Meaning {
            claims: vec![ClaimChange::Take(claim("dev"))],
            references: vec![ReferenceChange::Add { to: includes(1), until: None }],
            requirements: vec![is_there(1)],
            changes_authority: false,
        }
    );
}

#[test]
fn who_comes_and_goes_is_recorded_and_changes_rights() {
    let event = GroupEvent::Updated(Box::new(GroupUpdate {
        added: vec![member(3)],
        removed: vec![member(1)],
        ..GroupUpdate::default()
    }));
    let group = given::<Group>([created(&[1, 2])]).when(update("dev", &[2, 3])).then(event.clone());
    assert_eq!(group.members, members(&[2, 3]));
    assert_eq!(
        meaning(&event, OF()),
        Meaning {
            claims: vec![],
            references: vec![
                ReferenceChange::Drop { to: includes(1) },
                ReferenceChange::Add { to: includes(3), until: None }
            ],
            requirements: vec![is_there(3)],
            changes_authority: true,
        }
    );
    given::<Group>([created(&[1, 2])]).when(update("dev", &[1, 2])).then_nothing();
}

#[test]
fn a_group_is_renamed() {
    let update_of = GroupUpdate { name: Some((name("dev"), name("ops"))), ..GroupUpdate::default() };
    let event = GroupEvent::Updated(Box::new(update_of));
    let group = given::<Group>([created(&[1])]).when(update("ops", &[1])).then(event.clone());
    assert_eq!(group.name, Some(name("ops")));
    let meaning = meaning(&event, OF());
    assert_eq!(meaning.claims, [ClaimChange::Release(claim("dev")), ClaimChange::Take(claim("ops"))]);
    assert!(!meaning.changes_authority);
}

#[test]
fn whoever_leaves_the_org_leaves_its_groups() {
    let gone = GroupUpdate { removed: vec![member(1)], ..GroupUpdate::default() };
    given::<Group>([created(&[1, 2])])
        .when(GroupCommand::Forget { user: member(1).user })
        .then(GroupEvent::Updated(Box::new(gone)));
    given::<Group>([created(&[2])]).when(GroupCommand::Forget { user: member(1).user }).then_nothing();
}

#[test]
fn a_group_that_has_roles_is_not_deleted() {
    given::<Group>([created(&[1])]).when(GroupCommand::Delete).then(deleted(&[1]));
    let unused = Target { scope: scope(2), id: uuid(1), kind: ReferenceKind::Grants };
    assert_eq!(
        meaning(&deleted(&[1]), OF()),
        Meaning {
            claims: vec![ClaimChange::Release(claim("dev"))],
            references: vec![ReferenceChange::Drop { to: includes(1) }],
            requirements: vec![Requirement::Unused(unused)],
            changes_authority: false,
        }
    );
    let profile = Profile { deletion_protection: true, ..Profile::default() };
    given::<Group>([GroupEvent::Created { name: name("dev"), profile, members: vec![] }])
        .when(GroupCommand::Delete)
        .then_refused(
            &GroupRefusal::DeletionProtected,
            "the group is protected: set metadata.deletionProtection to false first",
        );
}

#[test]
fn a_restored_group_has_those_of_its_members_that_are_still_there() {
    let group = given::<Group>([created(&[1, 2]), deleted(&[1, 2])])
        .when(GroupCommand::Restore { members: members(&[2, 3]) })
        .then(GroupEvent::Restored { name: name("dev"), members: vec![member(2)] });
    assert_eq!(group.members, members(&[2]));
    given::<Group>([created(&[1]), deleted(&[1])])
        .when(update("dev", &[1]))
        .then_refused(&GroupRefusal::Deleted, "the group is deleted: restore it first");
}

#[test]
fn a_group_that_was_never_made_is_not_found() {
    let members = members(&[]);
    for command in [update("dev", &[]), GroupCommand::Delete, GroupCommand::Restore { members }] {
        given::<Group>([]).when(command).then_refused(&GroupRefusal::NotFound, "there is no such group");
    }
    given::<Group>([created(&[])])
        .when(create(Members::new()))
        .then_refused(&GroupRefusal::AlreadyExists, "the group exists already");
}

#[test]
fn a_group_has_a_thousand_members_at_most() {
    let many: Vec<u128> = (0..=MOST_MEMBERS as u128).map(|number| number * 1_000).collect();
    given::<Group>([])
        .when(create(members(&many)))
        .then_refused(&GroupRefusal::TooManyMembers { most: 1_000 }, "a group has at most 1000 members");
}

/// A group as what was set last, and whether it is gone.
#[derive(Debug, Default)]
struct Book {
    set: Option<(Name, Profile, BTreeSet<u128>)>,
    gone: bool,
    new: Vec<u128>,
    moved: bool,
}

fn numbers(members: &Members) -> BTreeSet<u128> {
    members.keys().map(|user| user.as_u128() - uuid(100).as_u128()).collect()
}

impl Book {
    fn set(&mut self, called: Name, profile: Profile, to: BTreeSet<u128>) -> bool {
        let before = self.set.as_ref().map(|(_, _, members)| members.clone()).unwrap_or_default();
        self.new = to.difference(&before).copied().collect();
        self.moved = before != to;
        let wanted = Some((called, profile, to));
        let differs = self.set != wanted;
        self.set = wanted;
        differs
    }
}

impl Model for Book {
    type Of = Group;

    fn subject() -> Subject {
        OF()
    }

    fn obey(&mut self, command: &GroupCommand) -> Says<Group> {
        let Some((called, profile, there)) = self.set.clone() else {
            let GroupCommand::Create { name, profile, members } = command else {
                return Err(GroupRefusal::NotFound);
            };
            self.set(name.clone(), profile.clone(), numbers(members));
            return Ok(Some("created"));
        };
        match command {
            GroupCommand::Create { .. } => Err(GroupRefusal::AlreadyExists),
            GroupCommand::Update { .. } if self.gone => Err(GroupRefusal::Deleted),
            GroupCommand::Forget { .. } | GroupCommand::Delete if self.gone => Ok(None),
            GroupCommand::Update { name, profile, members } => {
                Ok(self.set(name.clone(), profile.clone(), numbers(members)).then_some("updated"))
            }
            GroupCommand::Forget { user } => {
                let gone = user.as_u128() - uuid(100).as_u128();
                let left = there.into_iter().filter(|number| *number != gone).collect();
                Ok(self.set(called, profile, left).then_some("updated"))
            }
            GroupCommand::Delete if profile.deletion_protection => Err(GroupRefusal::DeletionProtected),
            GroupCommand::Delete => {
                self.gone = true;
                Ok(Some("deleted"))
            }
            GroupCommand::Restore { .. } if !self.gone => Ok(None),
            GroupCommand::Restore { members } => {
                let left: BTreeSet<u128> = there.intersection(&numbers(members)).copied().collect();
                self.set = Some((called, profile, left.clone()));
                self.new = left.into_iter().collect();
                self.gone = false;
                Ok(Some("restored"))
            }
        }
    }

    fn claims(&self) -> BTreeSet<Claim> {
        let live = self.set.as_ref().filter(|_| !self.gone);
        live.map(|(called, _, _)| claim(called.as_str())).into_iter().collect()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        let live = self.set.as_ref().filter(|_| !self.gone);
        live.into_iter().flat_map(|(_, _, members)| members).map(|number| (includes(*number), None)).collect()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        let unused = Target { scope: scope(2), id: uuid(1), kind: ReferenceKind::Grants };
        if verb == "deleted" {
            return vec![Requirement::Unused(unused)];
        }
        self.new.iter().map(|number| is_there(*number)).collect()
    }

    fn changes_authority(&self, verb: &str) -> bool {
        verb == "updated" && self.moved
    }

    fn resembles(&self, state: &Group) {
        assert_eq!(state.deleted, self.gone);
        let set = state.name.clone().map(|name| (name, state.profile.clone(), numbers(&state.members)));
        assert_eq!(set, self.set);
    }
}

fn any_members() -> impl Strategy<Value = Members> {
    prop::collection::btree_set(0..4_u128, 0..4).prop_map(|set| members(&set.into_iter().collect::<Vec<_>>()))
}

fn any_set() -> impl Strategy<Value = (Name, Profile, Members)> {
    let names = prop::sample::select(vec!["dev", "ops"]);
    (names, prop::bool::weighted(0.2), any_members()).prop_map(|(called, protect, members)| {
        (name(called), Profile { deletion_protection: protect, ..Profile::default() }, members)
    })
}

fn any_command() -> impl Strategy<Value = GroupCommand> {
    prop_oneof![
        2 => any_set().prop_map(|(name, profile, members)| GroupCommand::Create { name, profile, members }),
        3 => any_set().prop_map(|(name, profile, members)| GroupCommand::Update { name, profile, members }),
        1 => (0..4_u128).prop_map(|number| GroupCommand::Forget { user: member(number).user }),
        1 => Just(GroupCommand::Delete),
        1 => any_members().prop_map(|members| GroupCommand::Restore { members }),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_story_of_a_group_is_that_of_the_book(commands in story(any_command())) {
        agree::<Book>(commands);
    }
}
