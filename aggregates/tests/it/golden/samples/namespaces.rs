//! Events of namespaces.

use super::profile;
use crate::golden::{Sample, sample};
use crate::namespace::{clusters, uses};
use crate::project::quota;
use crate::values::{hour, name, uuid};
use aggregates::limit_range::{ContainerResources, LimitRange};
use aggregates::namespace::{NamespaceEvent, NamespaceSpec, NamespaceUpdate, Publication, Set};
use aggregates::placement::Placement;
use aggregates::profile::Profile;
use aggregates::quota::{Quota, Resource};
use aggregates::uses::Uses;
use std::collections::{BTreeMap, BTreeSet};
use values::{Annotations, LabelSelector, Labels, Quantity};

fn amounts(cpu: &str, memory: &str) -> ContainerResources {
    let amount = |text: &str| Some(Quantity::parse(text).unwrap());
    ContainerResources { cpu: amount(cpu), memory: amount(memory), ephemeral_storage: None }
}

fn full() -> NamespaceSpec {
    NamespaceSpec {
        labels: Labels::try_from(BTreeMap::from([("team".to_owned(), "pay".to_owned())])).unwrap(),
        annotations: Annotations::try_from(BTreeMap::from([("owner".to_owned(), "Ada".to_owned())])).unwrap(),
        quota: quota(&[(Resource::CpuLimits, "4"), (Resource::MemoryLimits, "8Gi")]),
        limit_range: Some(LimitRange {
            default: amounts("500m", "512Mi"),
            default_request: amounts("100m", "128Mi"),
            min: ContainerResources::default(),
            max: ContainerResources {
                ephemeral_storage: Some(Quantity::from_units(1)),
                ..amounts("1", "1Gi")
            },
        }),
        placement: Placement {
            clusters: clusters(&[80, 81]),
            label_selector: Some(LabelSelector::parse("env=prod").unwrap()),
        },
    }
}

fn created(profile: Profile, spec: NamespaceSpec, held: Quota, uses: Uses) -> NamespaceEvent {
    let (project, name) = (uuid(20), name("checkout"));
    NamespaceEvent::Created { project, name, profile, spec: Box::new(spec), held, uses, at: hour(0) }
}

fn update() -> NamespaceUpdate {
    NamespaceUpdate {
        project: uuid(20),
        profile: None,
        labels: None,
        annotations: None,
        quota: None,
        held: None,
        limit_range: None,
        placement: None,
        uses: Uses::default(),
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let held = quota(&[(Resource::CpuLimits, "4"), (Resource::MemoryLimits, "8Gi"), (Resource::Pods, "10")]);
    let everything = NamespaceUpdate {
        profile: Some(profile()),
        labels: Some(full().labels),
        annotations: Some(full().annotations),
        quota: Some(full().quota),
        held: Some((Quota::default(), held.clone())),
        limit_range: Some(Set { to: full().limit_range }),
        placement: Some(full().placement),
        uses: uses(&[81], &[82]),
        ..update()
    };
    let cleared = NamespaceUpdate {
        labels: Some(Labels::default()),
        quota: Some(Quota::default()),
        held: Some((held.clone(), Quota::default())),
        limit_range: Some(Set { to: None }),
        placement: Some(Placement::default()),
        ..update()
    };
    let again = Publication {
        name: name("checkout"),
        clusters: clusters(&[80, 81]),
        joined: BTreeSet::from([uuid(81)]),
        left: BTreeSet::from([uuid(82)]),
        uses: uses(&[81], &[82]),
        at: hour(1),
    };
    let nowhere = Publication {
        clusters: BTreeSet::new(),
        joined: BTreeSet::new(),
        left: BTreeSet::new(),
        uses: Uses::default(),
        ..again.clone()
    };
    let unpublished = NamespaceEvent::Unpublished {
        name: name("checkout"),
        clusters: BTreeSet::from([uuid(80), uuid(81)]),
        uses: uses(&[], &[81]),
        at: hour(2),
    };
    let deleted =
        |held, uses| NamespaceEvent::Deleted { project: uuid(20), name: name("checkout"), held, uses };
    let restored =
        |held, uses| NamespaceEvent::Restored { project: uuid(20), name: name("checkout"), held, uses };
    vec![
        sample("full", &created(profile(), full(), held.clone(), uses(&[80, 81], &[]))),
        sample(
            "plain",
            &created(Profile::default(), NamespaceSpec::default(), Quota::default(), Uses::default()),
        ),
        sample("everything", &NamespaceEvent::Updated(Box::new(everything))),
        sample("cleared", &NamespaceEvent::Updated(Box::new(cleared))),
        sample("again", &NamespaceEvent::Published(Box::new(again))),
        sample("nowhere", &NamespaceEvent::Published(Box::new(nowhere))),
        sample("plain", &unpublished),
        sample("holding", &deleted(held.clone(), uses(&[], &[80, 81]))),
        sample("plain", &deleted(Quota::default(), Uses::default())),
        sample("holding", &restored(held, uses(&[80, 81], &[]))),
        sample("plain", &restored(Quota::default(), Uses::default())),
    ]
}
