//! Workloads and their revisions.

mod book;
mod rollout;

use crate::given::{given, meaning};
use crate::namespace::{clusters, uses};
use crate::values::{hour, name, scope, uuid};
use aggregates::artifact::Artifact;
use aggregates::condition::{Condition, Truth};
use aggregates::drift::Drift;
use aggregates::facts::{
    Claim, ClaimChange, ClaimKind, ReferenceChange, ReferenceKind, Requirement, Subject, Target,
};
use aggregates::placement::{PLACEABLE, Placement};
use aggregates::profile::Profile;
use aggregates::reference::Reference;
use aggregates::rollout::Rollout;
use aggregates::uses::Uses;
use aggregates::workload::{
    Publication, RolledBack, Workload, WorkloadCommand, WorkloadContent, WorkloadEvent, WorkloadPhase,
    WorkloadRefusal, WorkloadSpec, WorkloadTarget, WorkloadType, WorkloadUpdate,
};
use aggregates::workload_revision::{
    Revision, WorkloadRevision, WorkloadRevisionCommand, WorkloadRevisionEvent, WorkloadRevisionRefusal,
};
use uuid::Uuid;
use values::{Description, Sha256Hex};

const OF: fn() -> Subject = || Subject { id: uuid(90), scope: scope(2) };

pub(crate) fn namespace() -> Reference {
    Reference { id: uuid(70), name: "checkout".to_owned() }
}

pub(crate) fn digest(letter: char) -> Sha256Hex {
    Sha256Hex::parse(&letter.to_string().repeat(64)).unwrap()
}

pub(crate) fn content(letter: char) -> WorkloadContent {
    WorkloadContent {
        kind: WorkloadType::Yaml,
        artifact: Artifact::Stored { sha256: digest(letter), size_bytes: 70, filename: None },
        overrides: vec![],
        drift: Drift::default(),
        rollout: Rollout::AllAtOnce,
    }
}

pub(crate) fn spec(letter: char, named: &[u128]) -> WorkloadSpec {
    let placement = Placement { clusters: clusters(named), label_selector: None };
    WorkloadSpec { content: content(letter), placement }
}

pub(crate) fn targets(numbers: &[u128]) -> Vec<WorkloadTarget> {
    let target = |number: &u128| WorkloadTarget {
        id: uuid(*number),
        name: format!("c-{number}"),
        wave: None,
        overrides: vec![],
    };
    numbers.iter().map(target).collect()
}

fn create(spec: WorkloadSpec) -> WorkloadCommand {
    WorkloadCommand::Create {
        project: uuid(20),
        namespace: namespace(),
        name: name("cart"),
        profile: Profile::default(),
        spec: Box::new(spec),
        at: hour(0),
    }
}

fn update(spec: WorkloadSpec) -> WorkloadCommand {
    WorkloadCommand::Update { profile: Profile::default(), spec: Box::new(spec) }
}

fn publish(on: &[u128]) -> WorkloadCommand {
    WorkloadCommand::Publish { targets: targets(on), notes: Description::default(), at: hour(1) }
}

fn roll_back(to: i64, letter: char, on: &[u128]) -> WorkloadCommand {
    WorkloadCommand::RollBack {
        to,
        content: Box::new(content(letter)),
        targets: targets(on),
        notes: Description::default(),
        at: hour(1),
    }
}

fn unpublish() -> WorkloadCommand {
    WorkloadCommand::Unpublish { at: hour(2) }
}

fn created(letter: char, named: &[u128], protected: bool) -> WorkloadEvent {
    WorkloadEvent::Created {
        project: uuid(20),
        namespace: namespace(),
        name: name("cart"),
        profile: Profile { deletion_protection: protected, ..Profile::default() },
        spec: Box::new(spec(letter, named)),
        uses: uses(named, &[]),
        at: hour(0),
    }
}

fn publication(revision: i64, on: &[u128], joined: &[u128], left: &[u128], uses: Uses) -> Publication {
    let ids = |numbers: &[u128]| numbers.iter().map(|number| uuid(*number)).collect();
    Publication {
        namespace: namespace(),
        revision,
        targets: targets(on),
        joined: ids(joined),
        left: ids(left),
        uses,
        notes: Description::default(),
        rolled_back: None,
        at: hour(1),
    }
}

fn published(revision: i64, on: &[u128], joined: &[u128], left: &[u128], uses: Uses) -> WorkloadEvent {
    WorkloadEvent::Published(Box::new(publication(revision, on, joined, left, uses)))
}

fn unpublished(on: &[u128], ends: &[u128]) -> WorkloadEvent {
    WorkloadEvent::Unpublished {
        namespace: namespace(),
        clusters: on.iter().map(|number| uuid(*number)).collect(),
        uses: uses(&[], ends),
        at: hour(2),
    }
}

fn claim() -> Claim {
    let key = format!("{}/cart", uuid(20));
    Claim { scope: scope(2), kind: ClaimKind::WorkloadName, key }
}

fn used(id: u128) -> Target {
    Target::used(scope(2), uuid(id))
}

fn runs_in() -> Target {
    Target { scope: scope(2), id: uuid(70), kind: ReferenceKind::RunsIn }
}

fn runs_on(cluster: u128) -> Target {
    Target::runs_on(scope(2), uuid(70), uuid(cluster))
}

fn add(to: Target) -> ReferenceChange {
    ReferenceChange::Add { to, until: None }
}

fn drop(to: Target) -> ReferenceChange {
    ReferenceChange::Drop { to }
}

fn takes_more(cluster: Uuid) -> Requirement {
    Requirement::InPhase { id: cluster, phases: PLACEABLE }
}

/// The namespace is on the cluster.
fn held(cluster: Uuid) -> Requirement {
    let claim =
        Claim { scope: scope(2), kind: ClaimKind::ClusterNamespace, key: format!("{cluster}/checkout") };
    Requirement::Holds { claim, holder: uuid(70) }
}

fn in_namespace() -> Requirement {
    Requirement::InPhase { id: uuid(70), phases: &["draft", "published", "unpublished"] }
}

fn stored(letter: char) -> Requirement {
    Requirement::Stored { scope: scope(2), sha256: digest(letter) }
}

#[test]
fn a_workload_begins_as_a_draft_in_its_namespace() {
    let event = created('a', &[80], false);
    let workload = given::<Workload>([]).when(create(spec('a', &[80]))).then(event.clone());
    assert_eq!((workload.phase, workload.revision, &workload.running), (WorkloadPhase::Draft, 0, &None));
    let says = meaning(&event, OF());
    assert_eq!(says.claims, [ClaimChange::Take(claim())]);
    assert_eq!(says.references, [add(used(20)), add(used(70)), add(used(80))]);
    assert_eq!(
        says.requirements,
        [Requirement::active(uuid(20)), in_namespace(), takes_more(uuid(80)), stored('a')]
    );
    assert!(!says.changes_authority);
}

#[test]
fn what_is_asked_for_anew_is_only_what_differs() {
    let past = || [created('a', &[80], false)];
    given::<Workload>(past()).when(update(spec('a', &[80]))).then_nothing();
    let wanted = WorkloadSpec {
        content: WorkloadContent {
            kind: WorkloadType::Kustomize,
            drift: Drift { enabled: true, ..Drift::default() },
            ..content('b')
        },
        ..spec('b', &[81])
    };
    let event = WorkloadEvent::Updated(Box::new(WorkloadUpdate {
        kind: Some(WorkloadType::Kustomize),
        artifact: Some(wanted.content.artifact.clone()),
        drift: Some(wanted.content.drift),
        placement: Some(wanted.placement.clone()),
        uses: uses(&[81], &[80]),
        ..WorkloadUpdate::default()
    }));
    let workload = given::<Workload>(past()).when(update(wanted.clone())).then(event.clone());
    assert_eq!(workload.spec, Some(wanted));
    let says = meaning(&event, OF());
    assert_eq!((says.claims, says.references), (vec![], vec![drop(used(80)), add(used(81))]));
    assert_eq!(says.requirements, [takes_more(uuid(81)), stored('b')]);
}

#[test]
fn publishing_makes_a_revision_and_freezes_its_clusters() {
    let event = published(1, &[80, 81], &[80, 81], &[], uses(&[81], &[]));
    let workload =
        given::<Workload>([created('a', &[80], false)]).when(publish(&[80, 81])).then(event.clone());
    assert_eq!((workload.phase, workload.revision), (WorkloadPhase::Published, 1));
    let running = workload.running.clone().unwrap();
    assert_eq!((running.content, running.targets), (content('a'), targets(&[80, 81])));
    assert!(!workload.differs());
    assert_eq!(
        workload.conditions,
        [Condition {
            kind: "Published".to_owned(),
            status: Truth::True,
            reason: "OnClusters".to_owned(),
            message: "Revision 1 is on 2 clusters.".to_owned(),
            last_transition_time: hour(1),
            observed_generation: 2,
        }]
    );
    let says = meaning(&event, OF());
    assert_eq!(says.claims, []);
    assert_eq!(says.references, [add(runs_in()), add(runs_on(80)), add(runs_on(81)), add(used(81))]);
    let (first, second) = (uuid(80), uuid(81));
    assert_eq!(says.requirements, [takes_more(first), takes_more(second), held(first), held(second)]);
}

#[test]
fn without_a_cluster_that_its_namespace_is_on_it_is_not_published() {
    let text = "its namespace is published on none of the clusters of its placement: publish the namespace there first";
    for command in [publish(&[]), roll_back(1, 'a', &[])] {
        let past = [
            created('a', &[80], false),
            published(1, &[80], &[80], &[], uses(&[], &[])),
            unpublished(&[80], &[]),
        ];
        given::<Workload>(past).when(command).then_refused(&WorkloadRefusal::NamespaceNotPublished, text);
    }
    given::<Workload>([created('a', &[80], false)])
        .when(publish(&[]))
        .then_refused(&WorkloadRefusal::NamespaceNotPublished, text);
}

#[test]
fn published_again_it_follows_its_placement_and_its_spec() {
    let past = || [created('a', &[80], false), published(1, &[80, 81], &[80, 81], &[], uses(&[81], &[]))];
    given::<Workload>(past()).when(publish(&[80, 81])).then_nothing();
    let event = published(2, &[80, 82], &[82], &[81], uses(&[82], &[81]));
    let workload = given::<Workload>(past()).when(publish(&[80, 82])).then(event.clone());
    assert_eq!(workload.revision, 2);
    let says = meaning(&event, OF());
    assert_eq!(
        says.references,
        [add(runs_in()), drop(runs_on(81)), add(runs_on(82)), drop(used(81)), add(used(82))]
    );
    assert_eq!(says.requirements, [takes_more(uuid(82)), held(uuid(80)), held(uuid(82))]);

    let changed = WorkloadEvent::Updated(Box::new(WorkloadUpdate {
        artifact: Some(content('b').artifact),
        ..WorkloadUpdate::default()
    }));
    let edited = given::<Workload>(past()).when(update(spec('b', &[80]))).then(changed.clone());
    assert!(edited.differs());
    assert_eq!(
        edited.running.map(|running| running.content),
        Some(content('a')),
        "until it is published again"
    );
    let again = given::<Workload>(past().into_iter().chain([changed]))
        .when(publish(&[80, 81]))
        .then(published(2, &[80, 81], &[], &[], uses(&[], &[])));
    assert_eq!(again.running.map(|running| running.content), Some(content('b')));
}

#[test]
fn rolling_back_publishes_what_an_older_revision_has_as_a_new_one() {
    let changed = WorkloadUpdate { artifact: Some(content('b').artifact), ..WorkloadUpdate::default() };
    let past = || {
        [
            created('a', &[80], false),
            published(1, &[80], &[80], &[], uses(&[], &[])),
            WorkloadEvent::Updated(Box::new(changed.clone())),
            published(2, &[80], &[], &[], uses(&[], &[])),
        ]
    };
    let back = || RolledBack { to: 1, content: content('a') };
    let event = WorkloadEvent::Published(Box::new(Publication {
        rolled_back: Some(back()),
        ..publication(3, &[80], &[], &[], uses(&[], &[]))
    }));
    let workload = given::<Workload>(past()).when(roll_back(1, 'a', &[80])).then(event.clone());
    assert_eq!((workload.revision, workload.spec.clone()), (3, Some(spec('a', &[80]))));
    assert_eq!(workload.running.clone().map(|running| running.content), Some(content('a')));
    given::<Workload>(past().into_iter().chain([event])).when(roll_back(1, 'a', &[80])).then_nothing();
    given::<Workload>([created('a', &[80], false)])
        .when(roll_back(1, 'a', &[80]))
        .then_refused(&WorkloadRefusal::NeverPublished, "the workload is a draft: it was never published");
}

#[test]
fn unpublishing_leaves_the_namespace_free_to_go() {
    let past = || [created('a', &[80], false), published(1, &[80, 81], &[80, 81], &[], uses(&[81], &[]))];
    let event = unpublished(&[80, 81], &[81]);
    let workload = given::<Workload>(past()).when(unpublish()).then(event.clone());
    assert_eq!(
        (workload.phase, workload.running.clone(), workload.revision),
        (WorkloadPhase::Unpublished, None, 1)
    );
    let says = meaning(&event, OF());
    assert_eq!(says.references, [drop(runs_in()), drop(runs_on(80)), drop(runs_on(81)), drop(used(81))]);
    assert_eq!(says.requirements, []);
    given::<Workload>(past().into_iter().chain([event.clone()])).when(unpublish()).then_nothing();
    given::<Workload>([created('a', &[], false)])
        .when(unpublish())
        .then_refused(&WorkloadRefusal::NeverPublished, "the workload is a draft: it was never published");
    let again = given::<Workload>(past().into_iter().chain([event])).when(publish(&[80])).then(published(
        2,
        &[80],
        &[80],
        &[],
        uses(&[], &[]),
    ));
    assert_eq!(again.phase, WorkloadPhase::Published);
}

#[test]
fn what_is_published_or_protected_is_not_deleted() {
    let past = [created('a', &[80], false), published(1, &[80], &[80], &[], uses(&[], &[]))];
    given::<Workload>(past)
        .when(WorkloadCommand::Delete)
        .then_refused(&WorkloadRefusal::StillPublished, "the workload is published: unpublish it first");
    given::<Workload>([created('a', &[], true)]).when(WorkloadCommand::Delete).then_refused(
        &WorkloadRefusal::DeletionProtected,
        "the workload is protected: set metadata.deletionProtection to false first",
    );
}

#[test]
fn deleting_frees_the_name_and_restoring_takes_it_back() {
    let (project, namespace) = (uuid(20), uuid(70));
    let deleted = WorkloadEvent::Deleted { project, namespace, name: name("cart"), uses: uses(&[], &[80]) };
    let restored = WorkloadEvent::Restored { project, namespace, name: name("cart"), uses: uses(&[80], &[]) };
    let past = || [created('a', &[80], false)];
    let _ = given::<Workload>(past()).when(WorkloadCommand::Delete).then(deleted.clone());
    let says = meaning(&deleted, OF());
    assert_eq!(says.claims, [ClaimChange::Release(claim())]);
    assert_eq!(says.references, [drop(used(20)), drop(used(70)), drop(used(80))]);
    assert_eq!(says.requirements, [Requirement::Unused(used(90))]);

    let gone = || past().into_iter().chain([deleted.clone()]);
    let back = given::<Workload>(gone()).when(WorkloadCommand::Restore).then(restored.clone());
    assert_eq!(back.phase, WorkloadPhase::Draft);
    let says = meaning(&restored, OF());
    assert_eq!(says.claims, [ClaimChange::Take(claim())]);
    assert_eq!(says.requirements, [Requirement::active(project), in_namespace(), takes_more(uuid(80))]);
    for command in [update(spec('b', &[])), publish(&[80]), roll_back(1, 'a', &[80]), unpublish()] {
        given::<Workload>(gone())
            .when(command)
            .then_refused(&WorkloadRefusal::Deleted, "the workload is deleted: restore it first");
    }
    given::<Workload>(gone()).when(WorkloadCommand::Delete).then_nothing();
    given::<Workload>(past()).when(WorkloadCommand::Restore).then_nothing();
}

#[test]
fn a_workload_that_was_never_made_is_not_found() {
    for command in [
        update(spec('a', &[])),
        publish(&[80]),
        roll_back(1, 'a', &[80]),
        unpublish(),
        WorkloadCommand::Delete,
        WorkloadCommand::Restore,
    ] {
        given::<Workload>([])
            .when(command)
            .then_refused(&WorkloadRefusal::NotFound, "there is no such workload");
    }
    given::<Workload>([created('a', &[], false)])
        .when(create(spec('a', &[])))
        .then_refused(&WorkloadRefusal::AlreadyExists, "the workload exists already");
}

pub(crate) fn revision() -> Revision {
    Revision {
        project: uuid(20),
        workload: Reference { id: uuid(90), name: "cart".to_owned() },
        namespace: namespace(),
        number: 1,
        content: content('a'),
        placement: Placement { clusters: clusters(&[80]), label_selector: None },
        targets: targets(&[80]),
        notes: Description::default(),
        rolled_back_to: None,
    }
}

#[test]
fn a_revision_is_recorded_once_and_leans_on_nothing_of_its_own() {
    let create = || WorkloadRevisionCommand::Create(Box::new(revision()));
    let event = WorkloadRevisionEvent::Created(Box::new(revision()));
    let recorded = given::<WorkloadRevision>([]).when(create()).then(event.clone());
    assert_eq!(recorded.recorded, Some(revision()));
    let says = meaning(&event, OF());
    assert_eq!((says.claims, says.references, says.requirements), (vec![], vec![], vec![]));
    assert!(!says.changes_authority);
    given::<WorkloadRevision>([event]).when(create()).then_refused(
        &WorkloadRevisionRefusal::AlreadyExists,
        "the revision exists already, and never changes",
    );
}
