//! Projects.

use crate::given::{Meaning, given, meaning};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{name, scope, uuid};
use aggregates::facts::{
    AmountChange, Claim, ClaimChange, ClaimKind, Facts, Pool, Requirement, Subject, Target,
};
use aggregates::profile::Profile;
use aggregates::project::{
    Project, ProjectCommand, ProjectEvent, ProjectPhase, ProjectRefusal, ProjectSpec, ProjectUpdate,
};
use aggregates::quota::{Quota, Resource};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use values::{Name, Quantity, Timestamp};

const OF: fn() -> Subject = || Subject { id: uuid(7), scope: scope(2) };

pub(crate) fn quota(limits: &[(Resource, &str)]) -> Quota {
    limits.iter().map(|(resource, limit)| (*resource, Quantity::parse(limit).unwrap())).collect()
}

fn spec(limits: &[(Resource, &str)]) -> ProjectSpec {
    ProjectSpec { quota: quota(limits), ..ProjectSpec::default() }
}

fn create(limits: &[(Resource, &str)]) -> ProjectCommand {
    ProjectCommand::Create {
        name: name("payments"),
        profile: Profile::default(),
        spec: Box::new(spec(limits)),
    }
}

fn update(to: &str, limits: &[(Resource, &str)]) -> ProjectCommand {
    ProjectCommand::Update { name: name(to), profile: Profile::default(), spec: Box::new(spec(limits)) }
}

fn created(deletion_protection: bool) -> ProjectEvent {
    let profile = Profile { deletion_protection, ..Profile::default() };
    ProjectEvent::Created { name: name("payments"), profile, spec: Box::new(spec(&[(Resource::Pods, "5")])) }
}

fn deleted() -> ProjectEvent {
    ProjectEvent::Deleted { name: name("payments") }
}

fn claim(key: &str) -> Claim {
    let key = format!("{}/{key}", scope(2).as_uuid());
    Claim { scope: scope(2), kind: ClaimKind::ProjectName, key }
}

fn limit(resource: Resource, at_most: Option<&str>) -> AmountChange {
    let pool = Pool { scope: scope(2), id: uuid(7), resource };
    AmountChange::Limit { pool, at_most: at_most.map(|text| Quantity::parse(text).unwrap()) }
}

#[test]
fn a_project_is_made_in_an_active_org() {
    let project = given::<Project>([]).when(create(&[(Resource::Pods, "5")])).then(created(false));
    assert_eq!((project.phase, project.name), (ProjectPhase::Active, Some(name("payments"))));
    assert_eq!(
        meaning(&created(false), OF()),
        Meaning {
            claims: vec![ClaimChange::Take(claim("payments"))],
            references: vec![],
            requirements: vec![Requirement::InPhase { id: uuid(2), phases: &["active"] }],
            changes_authority: false,
        }
    );
    assert_eq!(created(false).amounts(OF()), [limit(Resource::Pods, Some("5"))]);
}

#[test]
fn a_project_is_made_once() {
    for past in [vec![created(false)], vec![created(false), deleted()]] {
        given::<Project>(past)
            .when(create(&[]))
            .then_refused(&ProjectRefusal::AlreadyExists, "the project exists already");
    }
}

#[test]
fn a_project_that_was_never_made_is_not_found() {
    for command in [update("payments", &[]), ProjectCommand::Delete, ProjectCommand::Restore] {
        given::<Project>([])
            .when(command)
            .then_refused(&ProjectRefusal::NotFound, "there is no such project");
    }
}

#[test]
fn only_what_differs_is_recorded() {
    given::<Project>([created(false)]).when(update("payments", &[(Resource::Pods, "5")])).then_nothing();
    let event = ProjectEvent::Updated(Box::new(ProjectUpdate {
        name: Some((name("payments"), name("billing"))),
        quota: Some((
            quota(&[(Resource::Pods, "5")]),
            quota(&[(Resource::CpuLimits, "500m"), (Resource::Services, "3")]),
        )),
        ..ProjectUpdate::default()
    }));
    let limits = [(Resource::CpuLimits, "0.5"), (Resource::Services, "3")];
    given::<Project>([created(false)]).when(update("billing", &limits)).then(event.clone());
    assert_eq!(
        event.claims(OF()),
        [ClaimChange::Release(claim("payments")), ClaimChange::Take(claim("billing"))]
    );
    assert_eq!(
        event.amounts(OF()),
        [
            limit(Resource::CpuLimits, Some("500m")),
            limit(Resource::Pods, None),
            limit(Resource::Services, Some("3"))
        ]
    );
}

#[test]
fn the_same_amount_in_other_words_is_no_change() {
    let past = ProjectEvent::Created {
        name: name("payments"),
        profile: Profile::default(),
        spec: Box::new(spec(&[(Resource::MemoryRequests, "1Gi")])),
    };
    given::<Project>([past]).when(update("payments", &[(Resource::MemoryRequests, "1024Mi")])).then_nothing();
}

#[test]
fn what_a_namespace_gets_by_default_fits_into_the_whole() {
    let greedy = Box::new(ProjectSpec {
        quota: quota(&[(Resource::Pods, "5")]),
        default_namespace_quota: quota(&[(Resource::CpuLimits, "100"), (Resource::Pods, "6")]),
        excluded_namespaces: BTreeSet::new(),
    });
    let (name, profile) = (name("payments"), Profile::default());
    let commands = [
        (
            vec![],
            ProjectCommand::Create { name: name.clone(), profile: profile.clone(), spec: greedy.clone() },
        ),
        (vec![created(false)], ProjectCommand::Update { name, profile, spec: greedy }),
    ];
    for (past, command) in commands {
        given::<Project>(past).when(command).then_refused(
            &ProjectRefusal::DefaultAboveQuota(Resource::Pods),
            "the default for a namespace is more than the project's whole quota of pods",
        );
    }
}

#[test]
fn deleting_an_empty_project_frees_its_name() {
    let project = given::<Project>([created(false)]).when(ProjectCommand::Delete).then(deleted());
    assert_eq!(project.phase, ProjectPhase::Deleted);
    assert_eq!(
        meaning(&deleted(), OF()),
        Meaning {
            claims: vec![ClaimChange::Release(claim("payments"))],
            references: vec![],
            requirements: vec![Requirement::Unused(Target::used(scope(2), uuid(7)))],
            changes_authority: false,
        }
    );
    assert_eq!(deleted().amounts(OF()), []);
}

#[test]
fn a_protected_project_is_not_deleted() {
    given::<Project>([created(true)]).when(ProjectCommand::Delete).then_refused(
        &ProjectRefusal::DeletionProtected,
        "the project is protected: set metadata.deletionProtection to false first",
    );
}

#[test]
fn a_deleted_project_is_restored_before_anything_else() {
    let past = || [created(false), deleted()];
    given::<Project>(past())
        .when(update("payments", &[]))
        .then_refused(&ProjectRefusal::Deleted, "the project is deleted: restore it first");
    given::<Project>(past()).when(ProjectCommand::Delete).then_nothing();
    let restored = ProjectEvent::Restored { name: name("payments") };
    let project = given::<Project>(past()).when(ProjectCommand::Restore).then(restored.clone());
    assert_eq!((project.phase, project.spec), (ProjectPhase::Active, spec(&[(Resource::Pods, "5")])));
    assert_eq!(restored.claims(OF()), [ClaimChange::Take(claim("payments"))]);
    given::<Project>([created(false)]).when(ProjectCommand::Restore).then_nothing();
}

/// A project as what was set last, and whether it is there.
#[derive(Debug, Default)]
struct Book {
    set: Option<(Name, Profile, ProjectSpec)>,
    gone: bool,
}

fn fits(spec: &ProjectSpec) -> Result<(), ProjectRefusal> {
    for (resource, part) in spec.default_namespace_quota.iter() {
        if spec.quota.get(resource).is_some_and(|whole| part > whole) {
            return Err(ProjectRefusal::DefaultAboveQuota(resource));
        }
    }
    Ok(())
}

impl Model for Book {
    type Of = Project;

    fn subject() -> Subject {
        OF()
    }

    fn obey(&mut self, command: &ProjectCommand) -> Says<Project> {
        let made = self.set.is_some();
        match command {
            ProjectCommand::Create { .. } if made => Err(ProjectRefusal::AlreadyExists),
            ProjectCommand::Create { name, profile, spec } => {
                fits(spec)?;
                self.set = Some((name.clone(), profile.clone(), *spec.clone()));
                Ok(Some("created"))
            }
            _ if !made => Err(ProjectRefusal::NotFound),
            ProjectCommand::Update { .. } if self.gone => Err(ProjectRefusal::Deleted),
            ProjectCommand::Update { name, profile, spec } => {
                fits(spec)?;
                let wanted = Some((name.clone(), profile.clone(), *spec.clone()));
                let differs = self.set != wanted;
                self.set = wanted;
                Ok(differs.then_some("updated"))
            }
            ProjectCommand::Delete if self.gone => Ok(None),
            ProjectCommand::Delete if self.set.as_ref().is_some_and(|(_, it, _)| it.deletion_protection) => {
                Err(ProjectRefusal::DeletionProtected)
            }
            ProjectCommand::Delete => {
                self.gone = true;
                Ok(Some("deleted"))
            }
            ProjectCommand::Restore => Ok(std::mem::take(&mut self.gone).then_some("restored")),
        }
    }

    fn claims(&self) -> BTreeSet<Claim> {
        let there = self.set.as_ref().filter(|_| !self.gone);
        there.map(|(name, ..)| claim(name.as_str())).into_iter().collect()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        BTreeMap::new()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        match verb {
            "created" | "restored" => vec![Requirement::active(uuid(2))],
            "deleted" => vec![Requirement::Unused(Target::used(scope(2), uuid(7)))],
            _ => vec![],
        }
    }

    fn changes_authority(&self, _: &str) -> bool {
        false
    }

    fn resembles(&self, state: &Project) {
        let phase = match (&self.set, self.gone) {
            (None, _) => ProjectPhase::None,
            (Some(_), false) => ProjectPhase::Active,
            (Some(_), true) => ProjectPhase::Deleted,
        };
        assert_eq!(state.phase, phase);
        let set = state.name.clone().map(|name| (name, state.profile.clone(), state.spec.clone()));
        assert_eq!(set, self.set);
    }
}

fn any_quota() -> impl Strategy<Value = Quota> {
    let resources = prop::sample::select(vec![Resource::CpuLimits, Resource::MemoryLimits, Resource::Pods]);
    prop::collection::vec((resources, 0_u32..4), 0..3).prop_map(|limits| {
        limits.into_iter().map(|(resource, units)| (resource, Quantity::from_units(units))).collect()
    })
}

fn any_set() -> impl Strategy<Value = (Name, Profile, Box<ProjectSpec>)> {
    let names = prop::sample::select(vec!["payments", "billing"]);
    let excluded = prop::collection::btree_set(prop::sample::select(vec![name("a"), name("b")]), 0..2);
    let all = (names, any_quota(), any_quota(), excluded, prop::bool::weighted(0.2));
    all.prop_map(|(called, quota, default_namespace_quota, excluded_namespaces, deletion_protection)| {
        let profile = Profile { deletion_protection, ..Profile::default() };
        let spec = ProjectSpec { quota, default_namespace_quota, excluded_namespaces };
        (name(called), profile, Box::new(spec))
    })
}

fn any_command() -> impl Strategy<Value = ProjectCommand> {
    prop_oneof![
        2 => any_set().prop_map(|(name, profile, spec)| ProjectCommand::Create { name, profile, spec }),
        3 => any_set().prop_map(|(name, profile, spec)| ProjectCommand::Update { name, profile, spec }),
        1 => Just(ProjectCommand::Delete),
        1 => Just(ProjectCommand::Restore),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn projects_keep_their_rules(commands in story(any_command())) {
        agree::<Book>(commands);
    }

    /// Whatever happens, the limits that the ledger is told of are those that are set.
    #[test]
    fn the_ledger_knows_the_limits_that_are_set(commands in story(any_command())) {
        let mut project = Project::default();
        let mut limits: BTreeMap<Resource, Quantity> = BTreeMap::new();
        for command in commands {
            for event in project.decide(command).unwrap_or_default() {
                for change in event.amounts(OF()) {
                    let AmountChange::Limit { pool, at_most } = change else { panic!("{change:?}") };
                    match at_most {
                        Some(most) => limits.insert(pool.resource, most),
                        None => limits.remove(&pool.resource),
                    };
                }
                cqrs_es::Aggregate::apply(&mut project, event);
            }
            prop_assert_eq!(limits.clone().into_iter().collect::<Quota>(), project.spec.quota.clone());
        }
    }
}
