//! Role bindings.

use crate::given::{given, meaning};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{hour, name, scope, sealed, uuid};
use aggregates::facts::{
    Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, ReferenceKind, Requirement, Subject, Target,
};
use aggregates::membership::LIVE_PHASES;
use aggregates::profile::Profile;
use aggregates::reference::Reference;
use aggregates::role_binding::{
    BindingScope, Grantee, RoleBinding, RoleBindingCommand, RoleBindingEvent, RoleBindingRefusal,
    RoleBindingSpec, RoleBindingUpdate,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use values::{Name, Role, Timestamp};

const OF: fn() -> Subject = || Subject { id: uuid(1), scope: scope(2) };

fn group() -> Grantee {
    Grantee::Group(Reference { id: uuid(10), name: "dev".to_owned() })
}

fn user() -> Grantee {
    Grantee::User { user: uuid(11), membership: uuid(12), email: sealed('E') }
}

fn staff() -> Grantee {
    Grantee::Staff { partner: scope(3), user: uuid(13), membership: uuid(14), email: sealed('S') }
}

fn project() -> BindingScope {
    BindingScope::Project(Reference { id: uuid(20), name: "payments".to_owned() })
}

fn namespaces() -> BindingScope {
    let project = Reference { id: uuid(20), name: "payments".to_owned() };
    BindingScope::Namespaces {
        project,
        namespaces: vec![Reference { id: uuid(21), name: "cart".to_owned() }],
    }
}

fn spec(role: Role, subject: Grantee, scope: BindingScope, hours: Option<u32>) -> Box<RoleBindingSpec> {
    Box::new(RoleBindingSpec { role, subject, scope, expires_at: hours.map(hour), reason: None })
}

fn dev_team() -> Box<RoleBindingSpec> {
    spec(Role::ProjectAdmin, group(), project(), None)
}

fn create(spec: Box<RoleBindingSpec>) -> RoleBindingCommand {
    RoleBindingCommand::Create { name: name("it"), profile: Profile::default(), spec, at: hour(0) }
}

fn created(spec: Box<RoleBindingSpec>) -> RoleBindingEvent {
    RoleBindingEvent::Created { name: name("it"), profile: Profile::default(), spec, at: hour(0) }
}

fn update(spec: Box<RoleBindingSpec>, hours: u32) -> RoleBindingCommand {
    RoleBindingCommand::Update { profile: Profile::default(), spec, at: hour(hours) }
}

fn grants_to(subject: &Grantee) -> Target {
    let kind = ReferenceKind::Grants;
    match subject {
        Grantee::User { membership, .. } => Target { scope: scope(2), id: *membership, kind },
        Grantee::Staff { membership, .. } => Target { scope: scope(3), id: *membership, kind },
        Grantee::Group(group) => Target { scope: scope(2), id: group.id, kind },
    }
}

fn needs(spec: &RoleBindingSpec) -> Vec<Requirement> {
    let in_phase = |id, phases| Requirement::InPhase { id, phases };
    let mut needs = vec![match &spec.subject {
        Grantee::User { membership, .. } | Grantee::Staff { membership, .. } => {
            in_phase(*membership, LIVE_PHASES)
        }
        Grantee::Group(group) => in_phase(group.id, &["active"]),
    }];
    match &spec.scope {
        BindingScope::Org => {}
        BindingScope::Project(project) => needs.push(in_phase(project.id, &["active"])),
        BindingScope::Namespaces { project, namespaces } => {
            needs.push(in_phase(project.id, &["active"]));
            let phases = &["draft", "published", "unpublished"];
            needs.extend(namespaces.iter().map(|namespace| in_phase(namespace.id, phases)));
        }
    }
    needs
}

#[test]
fn a_role_is_given_to_a_group_in_a_project() {
    let binding = given::<RoleBinding>([]).when(create(dev_team())).then(created(dev_team()));
    assert_eq!((binding.spec, binding.begun_at), (Some(*dev_team()), Some(hour(0))));
    let meaning = meaning(&created(dev_team()), OF());
    let key = format!("{}/it", scope(2));
    let claim = Claim { scope: scope(2), kind: ClaimKind::RoleBindingName, key };
    assert_eq!(meaning.claims, [ClaimChange::Take(claim)]);
    assert_eq!(meaning.references, [ReferenceChange::Add { to: grants_to(&group()), until: None }]);
    assert_eq!(meaning.requirements, needs(&dev_team()));
    assert!(meaning.changes_authority);
}

#[test]
fn a_role_is_given_no_wider_than_it_is_meant() {
    for (role, scope, fits) in [
        (Role::OrgAdmin, BindingScope::Org, true),
        (Role::ProjectAdmin, BindingScope::Org, true),
        (Role::NamespaceAdmin, namespaces(), true),
        (Role::OrgAdmin, project(), false),
        (Role::NamespaceAdmin, project(), false),
        (Role::NamespaceAdmin, BindingScope::Org, false),
        (Role::ProjectAdmin, namespaces(), false),
        (Role::PartnerAdmin, BindingScope::Org, false),
        (Role::Operator, BindingScope::Org, false),
    ] {
        let spec = spec(role, user(), scope, None);
        let decided = given::<RoleBinding>([]).when(create(spec.clone()));
        if fits {
            decided.then(created(spec));
        } else {
            let text = format!("the role {role} cannot be given on this scope");
            decided.then_refused(&RoleBindingRefusal::RoleDoesNotFit(role), &text);
        }
    }
    let project = Reference { id: uuid(20), name: "payments".to_owned() };
    let none = BindingScope::Namespaces { project, namespaces: vec![] };
    let refused = RoleBinding::default().decide(create(spec(Role::NamespaceAdmin, user(), none, None)));
    assert_eq!(refused, Err(RoleBindingRefusal::RoleDoesNotFit(Role::NamespaceAdmin)));
}

#[test]
fn the_partners_staff_come_in_for_eight_hours_at_most() {
    let text = "a binding for the partner's staff must end, at most 8 hours after it begins";
    let glass = |hours| spec(Role::OrgAdmin, staff(), BindingScope::Org, hours);
    for hours in [None, Some(9)] {
        given::<RoleBinding>([])
            .when(create(glass(hours)))
            .then_refused(&RoleBindingRefusal::TooLongForStaff { hours: 8 }, text);
    }
    given::<RoleBinding>([]).when(create(glass(Some(8)))).then(created(glass(Some(8))));
    // It cannot be stretched afterwards, nor by changing something else first.
    given::<RoleBinding>([created(glass(Some(4)))])
        .when(update(glass(Some(9)), 3))
        .then_refused(&RoleBindingRefusal::TooLongForStaff { hours: 8 }, text);
}

#[test]
fn letting_staff_in_changes_rights_in_the_partner_too() {
    let glass = created(spec(Role::OrgAdmin, staff(), BindingScope::Org, Some(8)));
    assert_eq!(glass.authority_scopes(OF()), [scope(2), scope(3)]);
    assert_eq!(created(dev_team()).authority_scopes(OF()), [scope(2)]);
    let from = spec(Role::OrgAdmin, staff(), BindingScope::Org, Some(8));
    let moved = RoleBindingUpdate { spec: Some((*from, *dev_team())), ..RoleBindingUpdate::default() };
    assert_eq!(RoleBindingEvent::Updated(Box::new(moved)).authority_scopes(OF()), [scope(2), scope(3)]);
}

#[test]
fn an_end_lies_in_the_future_when_it_is_set() {
    given::<RoleBinding>([])
        .when(create(spec(Role::OrgAdmin, user(), BindingScope::Org, Some(0))))
        .then_refused(&RoleBindingRefusal::EndsInThePast, "the end must be in the future");
    let ends = || spec(Role::OrgAdmin, user(), BindingScope::Org, Some(2));
    given::<RoleBinding>([created(ends())]).when(update(ends(), 3)).then_nothing();
}

#[test]
fn a_binding_whose_time_is_over_is_noted_once_and_can_begin_anew() {
    let ends = |hours| spec(Role::OrgAdmin, user(), BindingScope::Org, Some(hours));
    let expired = RoleBindingEvent::Expired { at: hour(2), spec: ends(2) };
    let over = RoleBindingCommand::Expire { at: hour(2) };
    given::<RoleBinding>([created(ends(2))]).when(RoleBindingCommand::Expire { at: hour(1) }).then_nothing();
    let binding = given::<RoleBinding>([created(ends(2))]).when(over.clone()).then(expired.clone());
    assert_eq!(binding.expired_at, Some(hour(2)));
    assert!(!expired.changes_authority());
    given::<RoleBinding>([created(ends(2)), expired.clone()]).when(over).then_nothing();
    let later = RoleBindingUpdate { spec: Some((*ends(2), *ends(5))), ..RoleBindingUpdate::default() };
    let binding = given::<RoleBinding>([created(ends(2)), expired])
        .when(update(ends(5), 3))
        .then(RoleBindingEvent::Updated(Box::new(later)));
    assert_eq!(binding.expired_at, None);
}

#[test]
fn what_was_renamed_is_still_the_same() {
    let mut renamed = dev_team();
    renamed.subject = Grantee::Group(Reference { id: uuid(10), name: "developers".to_owned() });
    given::<RoleBinding>([created(dev_team())]).when(update(renamed, 1)).then_nothing();
}

#[test]
fn protection_does_not_keep_the_role_of_who_leaves() {
    let profile = Profile { deletion_protection: true, ..Profile::default() };
    let made = RoleBindingEvent::Created { name: name("it"), profile, spec: dev_team(), at: hour(0) };
    given::<RoleBinding>([made.clone()]).when(RoleBindingCommand::Delete).then_refused(
        &RoleBindingRefusal::DeletionProtected,
        "the role binding is protected: set metadata.deletionProtection to false first",
    );
    let deleted = RoleBindingEvent::Deleted { name: name("it"), spec: dev_team() };
    given::<RoleBinding>([made]).when(RoleBindingCommand::End).then(deleted);
}

#[test]
fn a_binding_that_is_not_there_is_not_found_and_a_deleted_one_only_restored() {
    for command in [update(dev_team(), 1), RoleBindingCommand::Delete, RoleBindingCommand::Restore] {
        given::<RoleBinding>([])
            .when(command)
            .then_refused(&RoleBindingRefusal::NotFound, "there is no such role binding");
    }
    let gone = || [created(dev_team()), RoleBindingEvent::Deleted { name: name("it"), spec: dev_team() }];
    given::<RoleBinding>(gone())
        .when(update(dev_team(), 1))
        .then_refused(&RoleBindingRefusal::Deleted, "the role binding is deleted: restore it first");
    given::<RoleBinding>(gone())
        .when(RoleBindingCommand::Restore)
        .then(RoleBindingEvent::Restored { name: name("it"), spec: dev_team() });
    given::<RoleBinding>([created(dev_team())])
        .when(create(dev_team()))
        .then_refused(&RoleBindingRefusal::AlreadyExists, "the role binding exists already");
}

/// A binding as what was set last, since when, and whether it is over or gone.
#[derive(Debug, Default)]
struct Book {
    set: Option<(Profile, RoleBindingSpec)>,
    begun: Option<Timestamp>,
    over: bool,
    gone: bool,
    respecified: bool,
}

impl Book {
    /// Why the rules stand against it.
    fn against(spec: &RoleBindingSpec, begins: Timestamp) -> Option<RoleBindingRefusal> {
        let too_long = spec.expires_at.is_none_or(|end| end > begins.plus_hours(8));
        let is_staff = matches!(spec.subject, Grantee::Staff { .. });
        (is_staff && too_long).then_some(RoleBindingRefusal::TooLongForStaff { hours: 8 })
    }
}

impl Model for Book {
    type Of = RoleBinding;

    fn subject() -> Subject {
        OF()
    }

    fn obey(&mut self, command: &RoleBindingCommand) -> Says<RoleBinding> {
        use RoleBindingCommand as C;
        let past = |spec: &RoleBindingSpec, at: Timestamp| spec.expires_at.is_some_and(|end| end <= at);
        let Some((profile, is)) = self.set.clone() else {
            let C::Create { profile, spec, at, .. } = command else {
                return Err(RoleBindingRefusal::NotFound);
            };
            if let Some(refusal) = Self::against(spec, *at) {
                return Err(refusal);
            }
            if past(spec, *at) {
                return Err(RoleBindingRefusal::EndsInThePast);
            }
            self.set = Some((profile.clone(), *spec.clone()));
            self.begun = Some(*at);
            return Ok(Some("created"));
        };
        match command {
            C::Create { .. } => Err(RoleBindingRefusal::AlreadyExists),
            C::Update { .. } if self.gone => Err(RoleBindingRefusal::Deleted),
            C::Restore if self.gone => {
                (self.gone, self.over) = (false, false);
                Ok(Some("restored"))
            }
            C::Restore => Ok(None),
            C::Delete | C::End | C::Expire { .. } if self.gone => Ok(None),
            C::Delete if profile.deletion_protection => Err(RoleBindingRefusal::DeletionProtected),
            C::Delete | C::End => {
                self.gone = true;
                Ok(Some("deleted"))
            }
            C::Expire { at } => {
                let noted = past(&is, *at) && !self.over;
                self.over |= noted;
                Ok(noted.then_some("expired"))
            }
            C::Update { profile: wanted, spec, at } => {
                let begins = if spec.subject.id() == is.subject.id() { self.begun } else { Some(*at) };
                if let Some(refusal) = Self::against(spec, begins.unwrap()) {
                    return Err(refusal);
                }
                if spec.expires_at != is.expires_at && past(spec, *at) {
                    return Err(RoleBindingRefusal::EndsInThePast);
                }
                self.respecified = is != **spec;
                let differs = self.respecified || profile != *wanted;
                self.over &= !self.respecified;
                self.begun = begins;
                self.set = Some((wanted.clone(), *spec.clone()));
                Ok(differs.then_some("updated"))
            }
        }
    }

    fn claims(&self) -> BTreeSet<Claim> {
        let key = format!("{}/it", scope(2));
        let claim = Claim { scope: scope(2), kind: ClaimKind::RoleBindingName, key };
        self.set.iter().filter(|_| !self.gone).map(|_| claim.clone()).collect()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        let live = self.set.iter().filter(|_| !self.gone && !self.over);
        live.map(|(_, spec)| (grants_to(&spec.subject), spec.expires_at)).collect()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        let needs = || self.set.as_ref().map(|(_, spec)| needs(spec)).unwrap_or_default();
        match verb {
            "created" | "restored" => needs(),
            "updated" if self.respecified => needs(),
            _ => vec![],
        }
    }

    fn changes_authority(&self, verb: &str) -> bool {
        matches!(verb, "created" | "deleted" | "restored") || (verb == "updated" && self.respecified)
    }

    fn resembles(&self, state: &RoleBinding) {
        assert_eq!((state.deleted, state.expired_at.is_some()), (self.gone, self.over));
        assert_eq!(state.spec.clone().map(|spec| (state.profile.clone(), spec)), self.set);
        assert_eq!(state.begun_at, self.begun);
    }
}

fn any_spec() -> impl Strategy<Value = Box<RoleBindingSpec>> {
    let subjects = prop::sample::select(vec![group(), user(), staff()]);
    let places = prop::sample::select(vec![
        (Role::OrgAdmin, BindingScope::Org),
        (Role::InfraAdmin, project()),
        (Role::NamespaceAdmin, namespaces()),
    ]);
    let ends = prop::option::of(1..12_u32);
    (subjects, places, ends).prop_map(|(subject, (role, place), hours)| spec(role, subject, place, hours))
}

fn any_command() -> impl Strategy<Value = RoleBindingCommand> {
    let profiles = || {
        prop::bool::weighted(0.2)
            .prop_map(|protect| Profile { deletion_protection: protect, ..Profile::default() })
    };
    let called: Name = name("it");
    prop_oneof![
        2 => (profiles(), any_spec()).prop_map(move |(profile, spec)| {
            RoleBindingCommand::Create { name: called.clone(), profile, spec, at: hour(0) }
        }),
        4 => (profiles(), any_spec(), 0..10_u32).prop_map(|(profile, spec, hours)| {
            RoleBindingCommand::Update { profile, spec, at: hour(hours) }
        }),
        2 => (0..12_u32).prop_map(|hours| RoleBindingCommand::Expire { at: hour(hours) }),
        1 => Just(RoleBindingCommand::Delete),
        1 => Just(RoleBindingCommand::End),
        1 => Just(RoleBindingCommand::Restore),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_story_of_a_binding_is_that_of_the_book(commands in story(any_command())) {
        agree::<Book>(commands);
    }
}
