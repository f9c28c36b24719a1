//! Partners.

use crate::given::{Meaning, given, meaning};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{host, name, scope, uuid};
use aggregates::facts::{Claim, ClaimChange, ClaimKind, ReferenceKind, Requirement, Subject, Target};
use aggregates::partner::{
    ApprovalPolicy, Brand, Claimed, Partner, PartnerCommand, PartnerEvent, PartnerPolicy, PartnerRefusal,
    PartnerSpec, PartnerUpdate, SignupPolicy,
};
use aggregates::profile::Profile;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use values::{DisplayName, Name, ScopeId, Timestamp};

const OF: fn() -> Subject = || Subject { id: uuid(1), scope: scope(1) };

fn spec(at: Option<&str>, signup: SignupPolicy) -> Box<PartnerSpec> {
    Box::new(PartnerSpec {
        brand: Brand { host: at.map(host), ..Brand::default() },
        policy: PartnerPolicy { signup, org_approval: ApprovalPolicy::Automatic },
    })
}

fn protected() -> Profile {
    Profile { deletion_protection: true, ..Profile::default() }
}

fn created() -> PartnerEvent {
    created_as(Profile::default())
}

fn created_as(profile: Profile) -> PartnerEvent {
    let spec = spec(Some("north.test"), SignupPolicy::Closed);
    PartnerEvent::Created { name: name("north"), profile, spec }
}

fn held() -> Claimed {
    Claimed { name: name("north"), host: Some(host("north.test")) }
}

fn deleted() -> PartnerEvent {
    PartnerEvent::Deleted { claimed: held() }
}

fn update(to: &str, at: Option<&str>, signup: SignupPolicy) -> PartnerCommand {
    PartnerCommand::Update { name: name(to), profile: Profile::default(), spec: spec(at, signup) }
}

fn claim(kind: ClaimKind, key: &str) -> Claim {
    Claim { scope: ScopeId::PLATFORM, kind, key: key.to_owned() }
}

#[test]
fn a_partner_is_made() {
    let spec = spec(Some("north.test"), SignupPolicy::Closed);
    let partner = given::<Partner>([])
        .when(PartnerCommand::Create { name: name("north"), profile: Profile::default(), spec: spec.clone() })
        .then(created());
    assert_eq!((partner.name, partner.spec), (Some(name("north")), *spec));
}

#[test]
fn a_partner_is_made_once() {
    for past in [vec![created()], vec![created(), deleted()]] {
        given::<Partner>(past)
            .when(PartnerCommand::Create {
                name: name("south"),
                profile: Profile::default(),
                spec: Box::default(),
            })
            .then_refused(&PartnerRefusal::AlreadyExists, "the partner exists already");
    }
}

#[test]
fn a_partner_that_was_never_made_is_not_found() {
    for command in
        [update("north", None, SignupPolicy::Closed), PartnerCommand::Delete, PartnerCommand::Restore]
    {
        given::<Partner>([])
            .when(command)
            .then_refused(&PartnerRefusal::NotFound, "there is no such partner");
    }
}

#[test]
fn an_update_records_what_differs_and_nothing_else() {
    given::<Partner>([created()])
        .when(update("north", Some("north.test"), SignupPolicy::Closed))
        .then_nothing();
    let policy = PartnerPolicy { signup: SignupPolicy::Open, org_approval: ApprovalPolicy::Automatic };
    given::<Partner>([created()]).when(update("north", Some("north.test"), SignupPolicy::Open)).then(
        PartnerEvent::Updated(Box::new(PartnerUpdate { policy: Some(policy), ..PartnerUpdate::default() })),
    );
}

#[test]
fn a_new_name_and_host_are_taken_and_the_old_ones_given_up() {
    let event = PartnerEvent::Updated(Box::new(PartnerUpdate {
        name: Some((name("north"), name("south"))),
        brand: Some(Brand { host: Some(host("south.test")), ..Brand::default() }),
        host: Some((Some(host("north.test")), Some(host("south.test")))),
        ..PartnerUpdate::default()
    }));
    let after = given::<Partner>([created()])
        .when(update("south", Some("south.test"), SignupPolicy::Closed))
        .then(event.clone());
    assert_eq!(after.name, Some(name("south")));
    assert_eq!(
        meaning(&event, OF()),
        Meaning {
            claims: vec![
                ClaimChange::Release(claim(ClaimKind::PartnerName, "north")),
                ClaimChange::Take(claim(ClaimKind::PartnerName, "south")),
                ClaimChange::Release(claim(ClaimKind::PartnerHost, "north.test")),
                ClaimChange::Take(claim(ClaimKind::PartnerHost, "south.test")),
            ],
            references: vec![],
            requirements: vec![],
            changes_authority: true,
        }
    );
}

#[test]
fn deleting_gives_the_names_up_and_needs_nobody_to_use_the_partner() {
    let after = given::<Partner>([created()]).when(PartnerCommand::Delete).then(deleted());
    assert!(after.deleted);
    assert_eq!(
        meaning(&deleted(), OF()),
        Meaning {
            claims: vec![
                ClaimChange::Release(claim(ClaimKind::PartnerName, "north")),
                ClaimChange::Release(claim(ClaimKind::PartnerHost, "north.test")),
            ],
            references: vec![],
            requirements: vec![Requirement::Unused(Target {
                scope: scope(1),
                id: uuid(1),
                kind: ReferenceKind::Uses
            })],
            changes_authority: true,
        }
    );
}

#[test]
fn a_protected_partner_is_not_deleted() {
    given::<Partner>([created_as(protected())]).when(PartnerCommand::Delete).then_refused(
        &PartnerRefusal::DeletionProtected,
        "the partner is protected: set metadata.deletionProtection to false first",
    );
}

#[test]
fn a_deleted_partner_is_only_restored() {
    given::<Partner>([created(), deleted()])
        .when(update("south", None, SignupPolicy::Open))
        .then_refused(&PartnerRefusal::Deleted, "the partner is deleted: restore it first");
    let after = given::<Partner>([created(), deleted()])
        .when(PartnerCommand::Restore)
        .then(PartnerEvent::Restored { claimed: held() });
    assert!(!after.deleted);
}

#[test]
fn deleting_and_restoring_twice_is_once() {
    given::<Partner>([created(), deleted()]).when(PartnerCommand::Delete).then_nothing();
    given::<Partner>([created()]).when(PartnerCommand::Restore).then_nothing();
}

/// A partner as three sentences: whether it was made, whether it is there, and what was set last.
#[derive(Debug, Default)]
struct Book {
    set: Option<(Name, Profile, PartnerSpec)>,
    gone: bool,
    /// Whether the last update changed what is remembered between requests: the name or the policy.
    moved: bool,
}

impl Model for Book {
    type Of = Partner;

    fn subject() -> Subject {
        OF()
    }

    fn obey(&mut self, command: &PartnerCommand) -> Says<Partner> {
        let made = self.set.is_some();
        match command {
            PartnerCommand::Create { .. } if made => Err(PartnerRefusal::AlreadyExists),
            PartnerCommand::Create { name, profile, spec } => {
                self.set = Some((name.clone(), profile.clone(), *spec.clone()));
                Ok(Some("created"))
            }
            _ if !made => Err(PartnerRefusal::NotFound),
            PartnerCommand::Update { .. } if self.gone => Err(PartnerRefusal::Deleted),
            PartnerCommand::Update { name, profile, spec } => {
                let wanted = Some((name.clone(), profile.clone(), *spec.clone()));
                let differs = self.set != wanted;
                let remembered = |set: &Option<(Name, Profile, PartnerSpec)>| {
                    set.as_ref().map(|(name, _, spec)| (name.clone(), spec.policy))
                };
                self.moved = remembered(&self.set) != remembered(&wanted);
                self.set = wanted;
                Ok(differs.then_some("updated"))
            }
            PartnerCommand::Delete if self.gone => Ok(None),
            PartnerCommand::Delete
                if self.set.as_ref().is_some_and(|(_, profile, _)| profile.deletion_protection) =>
            {
                Err(PartnerRefusal::DeletionProtected)
            }
            PartnerCommand::Delete => {
                self.gone = true;
                Ok(Some("deleted"))
            }
            PartnerCommand::Restore => Ok(std::mem::take(&mut self.gone).then_some("restored")),
        }
    }

    fn claims(&self) -> BTreeSet<Claim> {
        let Some((name, _, spec)) = self.set.as_ref().filter(|_| !self.gone) else { return BTreeSet::new() };
        let host = spec.brand.host.iter().map(|host| claim(ClaimKind::PartnerHost, host.as_str()));
        host.chain([claim(ClaimKind::PartnerName, name.as_str())]).collect()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        BTreeMap::new()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        let unused = Requirement::Unused(Target { scope: scope(1), id: uuid(1), kind: ReferenceKind::Uses });
        if verb == "deleted" { vec![unused] } else { vec![] }
    }

    fn changes_authority(&self, verb: &str) -> bool {
        matches!(verb, "deleted" | "restored") || (verb == "updated" && self.moved)
    }

    fn resembles(&self, state: &Partner) {
        assert_eq!(state.deleted, self.gone);
        let set = state.name.clone().map(|name| (name, state.profile.clone(), state.spec.clone()));
        assert_eq!(set, self.set);
    }
}

fn any_set() -> impl Strategy<Value = (Name, Profile, Box<PartnerSpec>)> {
    let names = prop::sample::select(vec!["north", "south", "west"]);
    let hosts = prop::option::of(prop::sample::select(vec!["a.test", "b.test"]));
    let titles = prop::sample::select(vec!["", "North"]);
    let open = prop_oneof![Just(SignupPolicy::Open), Just(SignupPolicy::Closed)];
    (names, hosts, titles, open, prop::bool::weighted(0.2)).prop_map(|(called, at, title, open, protect)| {
        let title = DisplayName::parse(title).unwrap();
        let mut spec = spec(at, open);
        spec.brand.product_name = title.clone();
        let profile = Profile { display_name: title, deletion_protection: protect, ..Profile::default() };
        (name(called), profile, spec)
    })
}

fn any_command() -> impl Strategy<Value = PartnerCommand> {
    prop_oneof![
        2 => any_set().prop_map(|(name, profile, spec)| PartnerCommand::Create { name, profile, spec }),
        3 => any_set().prop_map(|(name, profile, spec)| PartnerCommand::Update { name, profile, spec }),
        1 => Just(PartnerCommand::Delete),
        1 => Just(PartnerCommand::Restore),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn partners_keep_their_rules(commands in story(any_command())) {
        agree::<Book>(commands);
    }
}
