//! Add-ons.

use crate::given::{Meaning, given, meaning};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{name, scope, uuid};
use aggregates::addon::{
    Addon, AddonCommand, AddonEvent, AddonPhase, AddonRefusal, AddonSpec, AddonType, AddonUpdate,
};
use aggregates::facts::{
    Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, ReferenceKind, Requirement, Subject, Target,
};
use aggregates::profile::Profile;
use aggregates::reference::Reference;
use aggregates::sharing::Sharing;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use values::Timestamp;

const OF: fn() -> Subject = || Subject { id: uuid(7), scope: scope(2) };

fn spec(kind: AddonType, sharing: Sharing) -> AddonSpec {
    AddonSpec { kind, namespace: name("ingress"), sharing }
}

pub(crate) fn shared_with(projects: &[u128]) -> Sharing {
    let project = |number: &u128| Reference { id: uuid(*number), name: format!("p{number}") };
    Sharing::Projects { projects: projects.iter().map(project).collect() }
}

fn create(spec: AddonSpec) -> AddonCommand {
    AddonCommand::Create {
        project: uuid(20),
        name: name("ingress"),
        profile: Profile::default(),
        spec: Box::new(spec),
    }
}

fn update(spec: AddonSpec) -> AddonCommand {
    AddonCommand::Update { profile: Profile::default(), spec: Box::new(spec) }
}

fn created(sharing: Sharing, deletion_protection: bool) -> AddonEvent {
    let profile = Profile { deletion_protection, ..Profile::default() };
    let spec = Box::new(spec(AddonType::Yaml, sharing));
    AddonEvent::Created { project: uuid(20), name: name("ingress"), profile, spec }
}

fn deleted(sharing: Sharing) -> AddonEvent {
    AddonEvent::Deleted { project: uuid(20), name: name("ingress"), sharing }
}

fn claim() -> Claim {
    Claim { scope: scope(2), kind: ClaimKind::AddonName, key: format!("{}/ingress", uuid(20)) }
}

fn shared(number: u128) -> Target {
    Target { scope: scope(2), id: uuid(number), kind: ReferenceKind::SharedWith }
}

const fn add(to: Target) -> ReferenceChange {
    ReferenceChange::Add { to, until: None }
}

#[test]
fn an_addon_is_made_in_an_active_project() {
    let event = created(Sharing::All, false);
    let addon = given::<Addon>([]).when(create(spec(AddonType::Yaml, Sharing::All))).then(event.clone());
    assert_eq!((addon.phase, addon.project), (AddonPhase::Active, Some(uuid(20))));
    assert_eq!(
        meaning(&event, OF()),
        Meaning {
            claims: vec![ClaimChange::Take(claim())],
            references: vec![add(Target::used(scope(2), uuid(20))), add(shared(2))],
            requirements: vec![Requirement::active(uuid(20))],
            changes_authority: false,
        }
    );
}

#[test]
fn sharing_changes_as_little_as_it_can() {
    let update = AddonUpdate {
        sharing: Some((shared_with(&[21, 22]), shared_with(&[22, 23]))),
        ..AddonUpdate::default()
    };
    let event = AddonEvent::Updated(Box::new(update));
    assert_eq!(event.references(OF()), [ReferenceChange::Drop { to: shared(21) }, add(shared(23))]);
}

#[test]
fn only_what_differs_is_recorded_and_the_type_never() {
    let past = || [created(Sharing::None, false)];
    given::<Addon>(past()).when(update(spec(AddonType::Yaml, Sharing::None))).then_nothing();
    let other = AddonSpec { namespace: name("edge"), ..spec(AddonType::Yaml, Sharing::None) };
    let event = AddonUpdate { namespace: Some(name("edge")), ..AddonUpdate::default() };
    given::<Addon>(past()).when(update(other)).then(AddonEvent::Updated(Box::new(event)));
    given::<Addon>(past()).when(update(spec(AddonType::Helm, Sharing::None))).then_refused(
        &AddonRefusal::TypeIsFixed,
        "the type of an add-on cannot be changed: make another add-on",
    );
}

#[test]
fn an_addon_that_nothing_uses_can_go_and_come_back() {
    let event = deleted(Sharing::All);
    let addon = given::<Addon>([created(Sharing::All, false)]).when(AddonCommand::Delete).then(event.clone());
    assert_eq!(addon.phase, AddonPhase::Deleted);
    assert_eq!(
        meaning(&event, OF()),
        Meaning {
            claims: vec![ClaimChange::Release(claim())],
            references: vec![
                ReferenceChange::Drop { to: Target::used(scope(2), uuid(20)) },
                ReferenceChange::Drop { to: shared(2) }
            ],
            requirements: vec![Requirement::Unused(Target::used(scope(2), uuid(7)))],
            changes_authority: false,
        }
    );
    let past = || [created(Sharing::All, false), deleted(Sharing::All)];
    given::<Addon>(past())
        .when(update(spec(AddonType::Yaml, Sharing::All)))
        .then_refused(&AddonRefusal::Deleted, "the add-on is deleted: restore it first");
    given::<Addon>(past())
        .when(create(spec(AddonType::Yaml, Sharing::All)))
        .then_refused(&AddonRefusal::AlreadyExists, "the add-on exists already");
    let (project, name, sharing) = (uuid(20), name("ingress"), Sharing::All);
    let addon = given::<Addon>(past()).when(AddonCommand::Restore).then(AddonEvent::Restored {
        project,
        name,
        sharing,
    });
    assert_eq!(addon.phase, AddonPhase::Active);
}

#[test]
fn a_protected_addon_is_not_deleted() {
    given::<Addon>([created(Sharing::None, true)]).when(AddonCommand::Delete).then_refused(
        &AddonRefusal::DeletionProtected,
        "the add-on is protected: set metadata.deletionProtection to false first",
    );
}

#[test]
fn an_addon_that_was_never_made_is_not_found() {
    for command in [update(spec(AddonType::Yaml, Sharing::None)), AddonCommand::Delete, AddonCommand::Restore]
    {
        given::<Addon>([]).when(command).then_refused(&AddonRefusal::NotFound, "there is no such add-on");
    }
}

/// An add-on as what was set last, and whether it is there.
#[derive(Debug, Default)]
struct Book {
    set: Option<(Profile, AddonSpec)>,
    gone: bool,
}

impl Model for Book {
    type Of = Addon;

    fn subject() -> Subject {
        OF()
    }

    fn obey(&mut self, command: &AddonCommand) -> Says<Addon> {
        match (command, &mut self.set) {
            (AddonCommand::Create { .. }, Some(_)) => Err(AddonRefusal::AlreadyExists),
            (AddonCommand::Create { profile, spec, .. }, None) => {
                self.set = Some((profile.clone(), *spec.clone()));
                Ok(Some("created"))
            }
            (_, None) => Err(AddonRefusal::NotFound),
            (AddonCommand::Update { .. }, _) if self.gone => Err(AddonRefusal::Deleted),
            (AddonCommand::Update { spec, .. }, Some((_, is))) if spec.kind != is.kind => {
                Err(AddonRefusal::TypeIsFixed)
            }
            (AddonCommand::Update { profile, spec }, Some(is)) => {
                let wanted = (profile.clone(), *spec.clone());
                let differs = *is != wanted;
                *is = wanted;
                Ok(differs.then_some("updated"))
            }
            (AddonCommand::Delete, _) if self.gone => Ok(None),
            (AddonCommand::Delete, Some((profile, _))) if profile.deletion_protection => {
                Err(AddonRefusal::DeletionProtected)
            }
            (AddonCommand::Delete, _) => {
                self.gone = true;
                Ok(Some("deleted"))
            }
            (AddonCommand::Restore, _) => Ok(std::mem::take(&mut self.gone).then_some("restored")),
        }
    }

    fn claims(&self) -> BTreeSet<Claim> {
        self.set.iter().filter(|_| !self.gone).map(|_| claim()).collect()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        let Some((_, spec)) = self.set.as_ref().filter(|_| !self.gone) else { return BTreeMap::new() };
        let shared: Vec<Target> = match &spec.sharing {
            Sharing::None => vec![],
            Sharing::All => vec![shared(2)],
            Sharing::Projects { projects } => {
                let with = |project: &Reference| Target { id: project.id, ..shared(2) };
                projects.iter().map(with).collect()
            }
        };
        let used = std::iter::once(Target::used(scope(2), uuid(20)));
        used.chain(shared).map(|target| (target, None)).collect()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        match verb {
            "created" | "restored" => vec![Requirement::active(uuid(20))],
            "deleted" => vec![Requirement::Unused(Target::used(scope(2), uuid(7)))],
            _ => vec![],
        }
    }

    fn changes_authority(&self, _: &str) -> bool {
        false
    }

    fn resembles(&self, state: &Addon) {
        let phase = match (&self.set, self.gone) {
            (None, _) => AddonPhase::None,
            (Some(_), false) => AddonPhase::Active,
            (Some(_), true) => AddonPhase::Deleted,
        };
        assert_eq!(state.phase, phase);
        assert_eq!(state.spec.clone().map(|spec| (state.profile.clone(), spec)), self.set);
    }
}

fn any_set() -> impl Strategy<Value = (Profile, AddonSpec)> {
    let kinds = prop::sample::select(vec![AddonType::Yaml, AddonType::Yaml, AddonType::Helm]);
    let namespaces = prop::sample::select(vec!["ingress", "edge"]);
    let sharing = prop_oneof![
        Just(Sharing::None),
        Just(Sharing::All),
        prop::collection::vec(21_u128..24, 1..3).prop_map(|projects| shared_with(&projects)),
    ];
    (kinds, namespaces, sharing, prop::bool::weighted(0.2)).prop_map(
        |(kind, namespace, sharing, protected)| {
            let profile = Profile { deletion_protection: protected, ..Profile::default() };
            (profile, AddonSpec { kind, namespace: name(namespace), sharing })
        },
    )
}

fn any_command() -> impl Strategy<Value = AddonCommand> {
    prop_oneof![
        2 => any_set().prop_map(|(profile, spec)| AddonCommand::Create {
            project: uuid(20), name: name("ingress"), profile, spec: Box::new(spec)
        }),
        3 => any_set().prop_map(|(profile, spec)| AddonCommand::Update { profile, spec: Box::new(spec) }),
        1 => Just(AddonCommand::Delete),
        1 => Just(AddonCommand::Restore),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn addons_keep_their_rules(commands in story(any_command())) {
        agree::<Book>(commands);
    }
}
