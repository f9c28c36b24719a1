//! Blueprints.

use crate::given::{Meaning, given, meaning};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{name, scope, uuid};
use aggregates::blueprint::{
    Blueprint, BlueprintCommand, BlueprintEvent, BlueprintPhase, BlueprintRefusal, BlueprintSpec,
    BlueprintType, BlueprintUpdate,
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

const OF: fn() -> Subject = || Subject { id: uuid(90), scope: scope(2) };

pub(crate) fn with_projects(numbers: &[u128]) -> Sharing {
    let project = |number: &u128| Reference { id: uuid(*number), name: format!("p-{number}") };
    Sharing::Projects { projects: numbers.iter().map(project).collect() }
}

const fn spec(r#type: BlueprintType, sharing: Sharing) -> BlueprintSpec {
    BlueprintSpec { r#type, sharing }
}

fn create(sharing: Sharing) -> BlueprintCommand {
    BlueprintCommand::Create {
        project: uuid(20),
        name: name("base"),
        profile: Profile::default(),
        spec: Box::new(spec(BlueprintType::Custom, sharing)),
    }
}

fn update(r#type: BlueprintType, sharing: Sharing) -> BlueprintCommand {
    BlueprintCommand::Update { profile: Profile::default(), spec: Box::new(spec(r#type, sharing)) }
}

fn created(sharing: Sharing, deletion_protection: bool) -> BlueprintEvent {
    BlueprintEvent::Created {
        project: uuid(20),
        name: name("base"),
        profile: Profile { deletion_protection, ..Profile::default() },
        spec: Box::new(spec(BlueprintType::Custom, sharing)),
    }
}

fn deleted(sharing: Sharing) -> BlueprintEvent {
    BlueprintEvent::Deleted { project: uuid(20), name: name("base"), sharing }
}

fn claim() -> Claim {
    let key = format!("{}/base", uuid(20));
    Claim { scope: scope(2), kind: ClaimKind::BlueprintName, key }
}

fn shared(id: u128) -> Target {
    Target { scope: scope(2), id: uuid(id), kind: ReferenceKind::SharedWith }
}

const fn add(to: Target) -> ReferenceChange {
    ReferenceChange::Add { to, until: None }
}

fn deleting() -> Vec<Requirement> {
    let (used, versions) = (Target::used(scope(2), uuid(90)), Target::version_of(scope(2), uuid(90)));
    vec![Requirement::Unused(used), Requirement::NoneRemains(versions)]
}

#[test]
fn a_blueprint_is_made_in_an_active_project() {
    let made = given::<Blueprint>([]).when(create(Sharing::All)).then(created(Sharing::All, false));
    assert_eq!((made.phase, made.name), (BlueprintPhase::Active, Some(name("base"))));
    assert_eq!(
        meaning(&created(Sharing::All, false), OF()),
        Meaning {
            claims: vec![ClaimChange::Take(claim())],
            references: vec![add(Target::used(scope(2), uuid(20))), add(shared(2))],
            requirements: vec![Requirement::active(uuid(20))],
            changes_authority: false,
        }
    );
}

#[test]
fn a_blueprint_is_made_once_and_is_not_found_before() {
    for past in
        [vec![created(Sharing::None, false)], vec![created(Sharing::None, false), deleted(Sharing::None)]]
    {
        given::<Blueprint>(past)
            .when(create(Sharing::None))
            .then_refused(&BlueprintRefusal::AlreadyExists, "the blueprint exists already");
    }
    let commands =
        [update(BlueprintType::Custom, Sharing::None), BlueprintCommand::Delete, BlueprintCommand::Restore];
    for command in commands {
        given::<Blueprint>([])
            .when(command)
            .then_refused(&BlueprintRefusal::NotFound, "there is no such blueprint");
    }
}

#[test]
fn only_what_differs_is_recorded() {
    let past = || [created(with_projects(&[30, 31]), false)];
    given::<Blueprint>(past()).when(update(BlueprintType::Custom, with_projects(&[30, 31]))).then_nothing();
    let event = BlueprintEvent::Updated(Box::new(BlueprintUpdate {
        profile: None,
        sharing: Some((with_projects(&[30, 31]), with_projects(&[31, 32]))),
    }));
    given::<Blueprint>(past())
        .when(update(BlueprintType::Custom, with_projects(&[31, 32])))
        .then(event.clone());
    assert_eq!(event.references(OF()), [ReferenceChange::Drop { to: shared(30) }, add(shared(32))]);
}

#[test]
fn golden_is_what_it_was_made() {
    given::<Blueprint>([created(Sharing::None, false)])
        .when(update(BlueprintType::Golden, Sharing::None))
        .then_refused(
            &BlueprintRefusal::TypeIsFixed,
            "whether a blueprint is golden is decided when it is made: make another blueprint",
        );
}

#[test]
fn what_is_unused_can_be_deleted_and_comes_back_shared_as_it_was() {
    let past = || [created(with_projects(&[30]), false)];
    let gone = deleted(with_projects(&[30]));
    let blueprint = given::<Blueprint>(past()).when(BlueprintCommand::Delete).then(gone.clone());
    assert_eq!(blueprint.phase, BlueprintPhase::Deleted);
    assert_eq!(
        meaning(&gone, OF()),
        Meaning {
            claims: vec![ClaimChange::Release(claim())],
            references: vec![
                ReferenceChange::Drop { to: Target::used(scope(2), uuid(20)) },
                ReferenceChange::Drop { to: shared(30) }
            ],
            requirements: deleting(),
            changes_authority: false,
        }
    );
    let past = || [created(with_projects(&[30]), false), deleted(with_projects(&[30]))];
    given::<Blueprint>(past())
        .when(update(BlueprintType::Custom, Sharing::None))
        .then_refused(&BlueprintRefusal::Deleted, "the blueprint is deleted: restore it first");
    let restored =
        BlueprintEvent::Restored { project: uuid(20), name: name("base"), sharing: with_projects(&[30]) };
    given::<Blueprint>(past()).when(BlueprintCommand::Restore).then(restored.clone());
    assert_eq!(restored.references(OF()), [add(Target::used(scope(2), uuid(20))), add(shared(30))]);
    given::<Blueprint>([created(Sharing::None, true)]).when(BlueprintCommand::Delete).then_refused(
        &BlueprintRefusal::DeletionProtected,
        "the blueprint is protected: set metadata.deletionProtection to false first",
    );
}

/// A blueprint as what was set last, and whether it is there.
#[derive(Debug, Default)]
struct Book {
    set: Option<(Profile, BlueprintSpec)>,
    gone: bool,
}

impl Model for Book {
    type Of = Blueprint;

    fn subject() -> Subject {
        OF()
    }

    fn obey(&mut self, command: &BlueprintCommand) -> Says<Blueprint> {
        use BlueprintCommand as C;
        match (command, &mut self.set) {
            (C::Create { .. }, Some(_)) => Err(BlueprintRefusal::AlreadyExists),
            (C::Create { profile, spec, .. }, none) => {
                *none = Some((profile.clone(), *spec.clone()));
                Ok(Some("created"))
            }
            (_, None) => Err(BlueprintRefusal::NotFound),
            (C::Update { .. }, Some(_)) if self.gone => Err(BlueprintRefusal::Deleted),
            (C::Update { spec, .. }, Some(set)) if spec.r#type != set.1.r#type => {
                Err(BlueprintRefusal::TypeIsFixed)
            }
            (C::Update { profile, spec }, Some(set)) => {
                let wanted = (profile.clone(), *spec.clone());
                let differs = *set != wanted;
                *set = wanted;
                Ok(differs.then_some("updated"))
            }
            (C::Delete, Some((profile, _))) if !self.gone && profile.deletion_protection => {
                Err(BlueprintRefusal::DeletionProtected)
            }
            (C::Delete, Some(_)) => Ok((!std::mem::replace(&mut self.gone, true)).then_some("deleted")),
            (C::Restore, Some(_)) => Ok(std::mem::take(&mut self.gone).then_some("restored")),
        }
    }

    fn claims(&self) -> BTreeSet<Claim> {
        self.set.iter().filter(|_| !self.gone).map(|_| claim()).collect()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        let Some((_, spec)) = self.set.as_ref().filter(|_| !self.gone) else { return BTreeMap::new() };
        let with = match &spec.sharing {
            Sharing::None => vec![],
            Sharing::All => vec![shared(2)],
            Sharing::Projects { projects } => {
                projects.iter().map(|it| Target { id: it.id, ..shared(2) }).collect()
            }
        };
        with.into_iter().chain([Target::used(scope(2), uuid(20))]).map(|target| (target, None)).collect()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        match verb {
            "created" | "restored" => vec![Requirement::active(uuid(20))],
            "deleted" => deleting(),
            _ => vec![],
        }
    }

    fn changes_authority(&self, _: &str) -> bool {
        false
    }

    fn resembles(&self, state: &Blueprint) {
        let phase = match (&self.set, self.gone) {
            (None, _) => BlueprintPhase::None,
            (Some(_), false) => BlueprintPhase::Active,
            (Some(_), true) => BlueprintPhase::Deleted,
        };
        assert_eq!(state.phase, phase);
        if let Some((profile, spec)) = &self.set {
            assert_eq!((&state.profile, &state.spec), (profile, spec));
        }
    }
}

fn any_set() -> impl Strategy<Value = (Profile, Box<BlueprintSpec>)> {
    let sharing = prop::sample::select(vec![
        Sharing::None,
        Sharing::All,
        with_projects(&[30]),
        with_projects(&[30, 31]),
        with_projects(&[31, 32]),
    ]);
    let golden = prop::bool::weighted(0.1);
    (sharing, golden, prop::bool::weighted(0.2)).prop_map(|(sharing, golden, deletion_protection)| {
        let r#type = if golden { BlueprintType::Golden } else { BlueprintType::Custom };
        (Profile { deletion_protection, ..Profile::default() }, Box::new(spec(r#type, sharing)))
    })
}

fn any_command() -> impl Strategy<Value = BlueprintCommand> {
    prop_oneof![
        2 => any_set().prop_map(|(profile, spec)| {
            BlueprintCommand::Create { project: uuid(20), name: name("base"), profile, spec }
        }),
        3 => any_set().prop_map(|(profile, spec)| BlueprintCommand::Update { profile, spec }),
        1 => Just(BlueprintCommand::Delete),
        1 => Just(BlueprintCommand::Restore),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn blueprints_keep_their_rules(commands in story(any_command())) {
        agree::<Book>(commands);
    }
}
