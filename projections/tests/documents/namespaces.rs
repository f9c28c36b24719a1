//! Documents of namespaces.

use super::{golden, hour, lossless, name, profile, stamps, uuid};
use aggregates::limit_range::{ContainerResources, LimitRange};
use aggregates::namespace::{Namespace, NamespaceCommand, NamespaceSpec};
use aggregates::placement::Placement;
use aggregates::quota::{Quota, Resource};
use aggregates::reference::Reference;
use api::ConditionStatus;
use cqrs_es::Aggregate;
use std::collections::BTreeSet;
use values::{LabelSelector, Quantity, ScopeId};

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

pub(super) fn namespace() -> Namespace {
    let cluster = |number: u128, called: &str| Reference { id: uuid(number), name: called.to_owned() };
    let spec = NamespaceSpec {
        quota: Quota::from_iter([(Resource::CpuLimits, quantity("4000m"))]),
        limit_range: Some(LimitRange {
            max: ContainerResources { memory: Some(quantity("1024Mi")), ..ContainerResources::default() },
            ..LimitRange::default()
        }),
        placement: Placement {
            clusters: BTreeSet::from([cluster(31, "b"), cluster(32, "a")]),
            label_selector: Some(LabelSelector::parse("env = prod").unwrap()),
        },
        ..NamespaceSpec::default()
    };
    after!(Namespace:
        NamespaceCommand::Create {
            project: uuid(20),
            name: name("checkout"),
            profile: profile(),
            spec: Box::new(spec),
            defaults: Quota::from_iter([(Resource::Pods, quantity("10"))]),
            at: hour(0),
        },
        NamespaceCommand::Publish { clusters: BTreeSet::from([cluster(31, "b"), cluster(33, "c")]), at: hour(1) }
    )
}

#[test]
fn a_namespace_on_its_clusters() {
    let draft = golden("namespace", &namespace(), &stamps(7, ScopeId::from(uuid(2)), false));
    let reply: api::Namespace = lossless(&draft);
    assert_eq!((draft.parent, reply.metadata.project_id), (uuid(20), Some(uuid(20))));
    let names = |clusters: &[api::Reference]| clusters.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&reply.spec.placement.clusters), ["a", "b"]);
    assert_eq!((reply.spec.quota.pods, reply.status.quota.pods), (None, Some(10)));
    assert_eq!(reply.status.conditions[0].status, ConditionStatus::True);
    assert_eq!((draft.phase, reply.status.pending_clusters), ("published", None));
}
