//! Namespaces.

mod book;

use crate::given::{given, meaning};
use crate::project::quota;
use crate::values::{hour, name, scope, uuid};
use aggregates::condition::{Condition, Truth};
use aggregates::facts::{
    AmountChange, Claim, ClaimChange, ClaimKind, Facts, Pool, ReferenceChange, Requirement, Subject, Target,
};
use aggregates::limit_range::{ContainerResources, LimitRange, OutOfOrder};
use aggregates::namespace::{
    Namespace, NamespaceCommand, NamespaceEvent, NamespacePhase, NamespaceRefusal, NamespaceSpec,
    NamespaceUpdate, Publication, Set,
};
use aggregates::placement::{PLACEABLE, Placement};
use aggregates::profile::Profile;
use aggregates::quota::{Quota, Resource};
use aggregates::reference::Reference;
use aggregates::uses::Uses;
use std::collections::BTreeSet;
use values::{LabelSelector, Labels, Quantity};

const OF: fn() -> Subject = || Subject { id: uuid(70), scope: scope(2) };

pub(crate) fn clusters(numbers: &[u128]) -> BTreeSet<Reference> {
    numbers.iter().map(|number| Reference { id: uuid(*number), name: format!("c-{number}") }).collect()
}

pub(crate) fn uses(begins: &[u128], ends: &[u128]) -> Uses {
    let ids = |numbers: &[u128]| numbers.iter().map(|number| uuid(*number)).collect();
    Uses { begins: ids(begins), ends: ids(ends) }
}

fn spec(limits: &[(Resource, &str)], named: &[u128]) -> NamespaceSpec {
    let placement = Placement { clusters: clusters(named), label_selector: None };
    NamespaceSpec { quota: quota(limits), placement, ..NamespaceSpec::default() }
}

fn create(called: &str, spec: NamespaceSpec, defaults: &[(Resource, &str)]) -> NamespaceCommand {
    NamespaceCommand::Create {
        project: uuid(20),
        name: name(called),
        profile: Profile::default(),
        spec: Box::new(spec),
        defaults: quota(defaults),
        at: hour(0),
    }
}

fn update(spec: NamespaceSpec, defaults: &[(Resource, &str)]) -> NamespaceCommand {
    NamespaceCommand::Update { profile: Profile::default(), spec: Box::new(spec), defaults: quota(defaults) }
}

fn created(limits: &[(Resource, &str)], named: &[u128], protected: bool) -> NamespaceEvent {
    NamespaceEvent::Created {
        project: uuid(20),
        name: name("checkout"),
        profile: Profile { deletion_protection: protected, ..Profile::default() },
        spec: Box::new(spec(limits, named)),
        held: quota(limits),
        uses: uses(named, &[]),
        at: hour(0),
    }
}

fn published(on: &[u128], joined: &[u128], left: &[u128], uses: Uses) -> NamespaceEvent {
    let ids = |numbers: &[u128]| numbers.iter().map(|number| uuid(*number)).collect();
    NamespaceEvent::Published(Box::new(Publication {
        name: name("checkout"),
        clusters: clusters(on),
        joined: ids(joined),
        left: ids(left),
        uses,
        at: hour(1),
    }))
}

fn publish(on: &[u128]) -> NamespaceCommand {
    NamespaceCommand::Publish { clusters: clusters(on), at: hour(1) }
}

fn unpublished(on: &[u128], ends: &[u128]) -> NamespaceEvent {
    NamespaceEvent::Unpublished {
        name: name("checkout"),
        clusters: on.iter().map(|number| uuid(*number)).collect(),
        uses: uses(&[], ends),
        at: hour(2),
    }
}

fn unpublish() -> NamespaceCommand {
    NamespaceCommand::Unpublish { at: hour(2) }
}

fn claim(name: &str) -> Claim {
    let key = format!("{}/{name}", uuid(20));
    Claim { scope: scope(2), kind: ClaimKind::NamespaceName, key }
}

fn claim_on(cluster: u128) -> Claim {
    let key = format!("{}/checkout", uuid(cluster));
    Claim { scope: scope(2), kind: ClaimKind::ClusterNamespace, key }
}

fn add(id: u128) -> ReferenceChange {
    ReferenceChange::Add { to: Target::used(scope(2), uuid(id)), until: None }
}

fn drop(id: u128) -> ReferenceChange {
    ReferenceChange::Drop { to: Target::used(scope(2), uuid(id)) }
}

fn takes_more(cluster: u128) -> Requirement {
    Requirement::InPhase { id: uuid(cluster), phases: PLACEABLE }
}

/// Nothing published runs in the namespace on the cluster.
fn nothing_runs_on(cluster: u128) -> Requirement {
    Requirement::Unused(Target::runs_on(scope(2), uuid(70), uuid(cluster)))
}

fn hold(resource: Resource, amount: &str) -> AmountChange {
    let pool = Pool { scope: scope(2), id: uuid(20), resource };
    AmountChange::Hold { pool, amount: Quantity::parse(amount).unwrap() }
}

fn release(resource: Resource) -> AmountChange {
    AmountChange::Release { pool: Pool { scope: scope(2), id: uuid(20), resource } }
}

#[test]
fn a_namespace_begins_as_a_draft_that_holds_its_share() {
    let own = [(Resource::CpuLimits, "4")];
    let defaults = [(Resource::CpuLimits, "1"), (Resource::Pods, "10")];
    let event = NamespaceEvent::Created {
        project: uuid(20),
        name: name("checkout"),
        profile: Profile::default(),
        spec: Box::new(spec(&own, &[80])),
        held: quota(&[(Resource::CpuLimits, "4"), (Resource::Pods, "10")]),
        uses: uses(&[80], &[]),
        at: hour(0),
    };
    let namespace =
        given::<Namespace>([]).when(create("checkout", spec(&own, &[80]), &defaults)).then(event.clone());
    assert_eq!((namespace.phase, namespace.clusters), (NamespacePhase::Draft, BTreeSet::new()));
    let says = meaning(&event, OF());
    assert_eq!(says.claims, [ClaimChange::Take(claim("checkout"))]);
    assert_eq!(says.references, [add(20), add(80)]);
    assert_eq!(says.requirements, [Requirement::active(uuid(20)), takes_more(80)]);
    assert!(!says.changes_authority);
    assert_eq!(event.amounts(OF()), [hold(Resource::CpuLimits, "4"), hold(Resource::Pods, "10")]);
}

#[test]
fn names_of_the_system_are_reserved() {
    for reserved in ["default", "kube-system", "kube-mine", "quarterdeck-system"] {
        given::<Namespace>([]).when(create(reserved, spec(&[], &[]), &[])).then_refused(
            &NamespaceRefusal::ReservedName,
            "default, kube-* and quarterdeck-* are reserved: choose another name",
        );
    }
    for free in ["kube", "kubernetes", "defaults", "my-kube-system"] {
        assert!(Namespace::default().decide(create(free, spec(&[], &[]), &[])).is_ok(), "{free}");
    }
}

#[test]
fn a_limit_range_does_not_contradict_itself() {
    let cpu = |amount: &str| ContainerResources {
        cpu: Some(Quantity::parse(amount).unwrap()),
        ..ContainerResources::default()
    };
    let memory = |amount: &str| ContainerResources {
        memory: Some(Quantity::parse(amount).unwrap()),
        ..ContainerResources::default()
    };
    let nothing = LimitRange::default;
    for (range, lesser, greater, resource) in [
        (LimitRange { min: cpu("2"), max: cpu("1"), ..nothing() }, "min", "max", "cpu"),
        (
            LimitRange { default_request: cpu("2"), default: cpu("1"), ..nothing() },
            "defaultRequest",
            "default",
            "cpu",
        ),
        (
            LimitRange { default: memory("1Gi"), max: memory("1023Mi"), ..nothing() },
            "default",
            "max",
            "memory",
        ),
        (
            LimitRange { min: cpu("1"), default_request: cpu("500m"), ..nothing() },
            "min",
            "defaultRequest",
            "cpu",
        ),
    ] {
        let out_of_order = OutOfOrder { lesser, greater, resource };
        let text = format!("{lesser} of {resource} is more than {greater}");
        let spec = NamespaceSpec { limit_range: Some(range), ..NamespaceSpec::default() };
        let refusal = NamespaceRefusal::LimitRange(out_of_order);
        given::<Namespace>([]).when(create("checkout", spec.clone(), &[])).then_refused(&refusal, &text);
        given::<Namespace>([created(&[], &[], false)]).when(update(spec, &[])).then_refused(&refusal, &text);
    }
    let fits = LimitRange { min: cpu("1"), max: cpu("1"), default: memory("2"), ..nothing() };
    assert_eq!(fits.out_of_order(), None);
}

#[test]
fn what_is_asked_for_anew_is_only_what_differs() {
    let past = || [created(&[(Resource::Pods, "5")], &[80], false)];
    given::<Namespace>(past())
        .when(update(spec(&[(Resource::Pods, "5")], &[80]), &[(Resource::CpuLimits, "1")]))
        .then_nothing();
    let everything = NamespaceSpec {
        labels: Labels::try_from(
            [("team".to_owned(), "pay".to_owned())].into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        )
        .unwrap(),
        limit_range: Some(LimitRange::default()),
        placement: Placement {
            clusters: clusters(&[81]),
            label_selector: Some(LabelSelector::parse("env=prod").unwrap()),
        },
        ..spec(&[(Resource::Services, "3")], &[])
    };
    let event = NamespaceEvent::Updated(Box::new(NamespaceUpdate {
        project: uuid(20),
        profile: None,
        labels: Some(everything.labels.clone()),
        annotations: None,
        quota: Some(quota(&[(Resource::Services, "3")])),
        held: Some((
            quota(&[(Resource::Pods, "5")]),
            quota(&[(Resource::CpuLimits, "1"), (Resource::Services, "3")]),
        )),
        limit_range: Some(Set { to: Some(LimitRange::default()) }),
        placement: Some(everything.placement.clone()),
        uses: uses(&[81], &[80]),
    }));
    let namespace = given::<Namespace>(past())
        .when(update(everything.clone(), &[(Resource::CpuLimits, "1")]))
        .then(event.clone());
    assert_eq!(namespace.spec, everything);
    let says = meaning(&event, OF());
    assert_eq!((says.claims, says.references), (vec![], vec![drop(80), add(81)]));
    assert_eq!(says.requirements, [takes_more(81)]);
    assert_eq!(
        event.amounts(OF()),
        [hold(Resource::CpuLimits, "1"), release(Resource::Pods), hold(Resource::Services, "3")]
    );
}

#[test]
fn publishing_freezes_the_clusters_and_takes_the_name_there() {
    let event = published(&[80, 81], &[80, 81], &[], uses(&[81], &[]));
    let namespace =
        given::<Namespace>([created(&[], &[80], false)]).when(publish(&[80, 81])).then(event.clone());
    assert_eq!((namespace.phase, &namespace.clusters), (NamespacePhase::Published, &clusters(&[80, 81])));
    assert_eq!(
        namespace.conditions,
        [Condition {
            kind: "Published".to_owned(),
            status: Truth::True,
            reason: "OnClusters".to_owned(),
            message: "It is on 2 clusters.".to_owned(),
            last_transition_time: hour(1),
            observed_generation: 2,
        }]
    );
    let says = meaning(&event, OF());
    assert_eq!(says.claims, [ClaimChange::Take(claim_on(80)), ClaimChange::Take(claim_on(81))]);
    assert_eq!((says.references, says.requirements), (vec![add(81)], vec![takes_more(80), takes_more(81)]));
    assert_eq!(event.amounts(OF()), []);
}

#[test]
fn published_again_it_follows_its_placement() {
    let past = || [created(&[], &[80], false), published(&[80, 81], &[80, 81], &[], uses(&[81], &[]))];
    given::<Namespace>(past()).when(publish(&[80, 81])).then_nothing();
    let event = published(&[80, 82], &[82], &[81], uses(&[82], &[81]));
    let namespace = given::<Namespace>(past()).when(publish(&[80, 82])).then(event.clone());
    assert_eq!(namespace.clusters, clusters(&[80, 82]));
    let says = meaning(&event, OF());
    assert_eq!(says.claims, [ClaimChange::Release(claim_on(81)), ClaimChange::Take(claim_on(82))]);
    assert_eq!(says.references, [drop(81), add(82)]);
    assert_eq!(says.requirements, [takes_more(82), nothing_runs_on(81)]);

    let nowhere =
        given::<Namespace>(past()).when(publish(&[])).then(published(&[], &[], &[80, 81], uses(&[], &[81])));
    assert_eq!(nowhere.conditions[0].reason, "NoClusters");
}

#[test]
fn a_cluster_is_used_for_as_long_as_it_is_named_or_published_on() {
    let past = || [created(&[], &[80], false), published(&[80], &[80], &[], uses(&[], &[]))];
    let Ok(events) = fold(past()).decide(update(spec(&[], &[]), &[])) else { panic!() };
    assert_eq!(events[0].references(OF()), [], "it is on the cluster still");
    let after = fold(past().into_iter().chain(events));
    let events = after.decide(unpublish()).unwrap();
    assert_eq!(events[0].references(OF()), [drop(80)]);
}

fn fold(events: impl IntoIterator<Item = NamespaceEvent>) -> Namespace {
    crate::given::fold(events)
}

#[test]
fn unpublishing_frees_the_name_on_the_clusters_once_nothing_runs_there() {
    let past = || [created(&[], &[80], false), published(&[80, 81], &[80, 81], &[], uses(&[81], &[]))];
    let event = unpublished(&[80, 81], &[81]);
    let namespace = given::<Namespace>(past()).when(unpublish()).then(event.clone());
    assert_eq!((namespace.phase, namespace.clusters), (NamespacePhase::Unpublished, BTreeSet::new()));
    let says = meaning(&event, OF());
    assert_eq!(says.claims, [ClaimChange::Release(claim_on(80)), ClaimChange::Release(claim_on(81))]);
    assert_eq!(says.references, [drop(81)]);
    assert_eq!(says.requirements, [Requirement::Unused(Target::runs_in(scope(2), uuid(70)))]);
    given::<Namespace>(past().into_iter().chain([event])).when(unpublish()).then_nothing();
    given::<Namespace>([created(&[], &[], false)])
        .when(unpublish())
        .then_refused(&NamespaceRefusal::NeverPublished, "the namespace is a draft: it was never published");
}

#[test]
fn what_is_published_is_not_deleted() {
    let past = || [created(&[], &[], false), published(&[], &[], &[], uses(&[], &[]))];
    given::<Namespace>(past())
        .when(NamespaceCommand::Delete)
        .then_refused(&NamespaceRefusal::StillPublished, "the namespace is published: unpublish it first");
    given::<Namespace>([created(&[], &[], true)]).when(NamespaceCommand::Delete).then_refused(
        &NamespaceRefusal::DeletionProtected,
        "the namespace is protected: set metadata.deletionProtection to false first",
    );
}

#[test]
fn deleting_frees_name_and_quota_and_restoring_takes_them_back() {
    let limits = [(Resource::Pods, "5")];
    let deleted = NamespaceEvent::Deleted {
        project: uuid(20),
        name: name("checkout"),
        held: quota(&limits),
        uses: uses(&[], &[80]),
    };
    let restored = NamespaceEvent::Restored {
        project: uuid(20),
        name: name("checkout"),
        held: quota(&limits),
        uses: uses(&[80], &[]),
    };
    let past = || [created(&limits, &[80], false)];
    let _ = given::<Namespace>(past()).when(NamespaceCommand::Delete).then(deleted.clone());
    let says = meaning(&deleted, OF());
    assert_eq!(says.claims, [ClaimChange::Release(claim("checkout"))]);
    assert_eq!(says.references, [drop(20), drop(80)]);
    assert_eq!(says.requirements, [Requirement::Unused(Target::used(scope(2), uuid(70)))]);
    assert_eq!(deleted.amounts(OF()), [release(Resource::Pods)]);

    let gone = || past().into_iter().chain([deleted.clone()]);
    let back = given::<Namespace>(gone()).when(NamespaceCommand::Restore).then(restored.clone());
    assert_eq!(back.phase, NamespacePhase::Draft);
    assert_eq!(restored.amounts(OF()), [hold(Resource::Pods, "5")]);
    assert_eq!(meaning(&restored, OF()).requirements, [Requirement::active(uuid(20)), takes_more(80)]);
    for command in [update(spec(&[], &[]), &[]), publish(&[]), unpublish()] {
        given::<Namespace>(gone())
            .when(command)
            .then_refused(&NamespaceRefusal::Deleted, "the namespace is deleted: restore it first");
    }
    given::<Namespace>(gone()).when(NamespaceCommand::Delete).then_nothing();
    given::<Namespace>(past()).when(NamespaceCommand::Restore).then_nothing();
}

#[test]
fn what_was_published_once_comes_back_unpublished() {
    let past = [
        created(&[], &[], false),
        published(&[80], &[80], &[], uses(&[80], &[])),
        unpublished(&[80], &[80]),
        NamespaceEvent::Deleted {
            project: uuid(20),
            name: name("checkout"),
            held: Quota::default(),
            uses: Uses::default(),
        },
    ];
    let restored = NamespaceEvent::Restored {
        project: uuid(20),
        name: name("checkout"),
        held: Quota::default(),
        uses: Uses::default(),
    };
    let back = given::<Namespace>(past).when(NamespaceCommand::Restore).then(restored);
    assert_eq!(back.phase, NamespacePhase::Unpublished);
}

#[test]
fn a_namespace_that_was_never_made_is_not_found() {
    for command in [
        update(spec(&[], &[]), &[]),
        publish(&[]),
        unpublish(),
        NamespaceCommand::Delete,
        NamespaceCommand::Restore,
    ] {
        given::<Namespace>([])
            .when(command)
            .then_refused(&NamespaceRefusal::NotFound, "there is no such namespace");
    }
    given::<Namespace>([created(&[], &[], false)])
        .when(create("checkout", spec(&[], &[]), &[]))
        .then_refused(&NamespaceRefusal::AlreadyExists, "the namespace exists already");
}
