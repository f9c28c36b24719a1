//! Documents of workloads and their revisions.

use super::{golden, hour, lossless, name, profile, stamps, uuid};
use aggregates::artifact::Artifact;
use aggregates::drift::{Drift, DriftAction};
use aggregates::placement::Placement;
use aggregates::reference::Reference;
use aggregates::rollout::{Candidate, Rollout, Wave};
use aggregates::workload::{
    Override, Workload, WorkloadCommand, WorkloadContent, WorkloadSpec, WorkloadTarget, WorkloadType,
};
use aggregates::workload_revision::{Revision, WorkloadRevision, WorkloadRevisionCommand};
use cqrs_es::Aggregate;
use std::collections::{BTreeMap, BTreeSet};
use values::{ChartName, ChartRepository, ChartVersion, Description, LabelSelector, Labels, ScopeId};

fn namespace() -> Reference {
    Reference { id: uuid(21), name: "checkout".to_owned() }
}

fn among(named: &[(u128, &str)], selector: Option<&str>) -> Placement {
    let cluster =
        |(number, called): &(u128, &str)| Reference { id: uuid(*number), name: (*called).to_owned() };
    let label_selector = selector.map(|text| LabelSelector::parse(text).unwrap());
    Placement { clusters: named.iter().map(cluster).collect::<BTreeSet<_>>(), label_selector }
}

fn spec() -> WorkloadSpec {
    let values = |on, text: &str| Override { on, values: Some(text.to_owned()), patch: None };
    let content = WorkloadContent {
        kind: WorkloadType::Helm,
        artifact: Artifact::Helm {
            repository: ChartRepository::parse("https://charts.acme.test/stable").unwrap(),
            chart: ChartName::parse("cart").unwrap(),
            version: ChartVersion::parse("2.1.0").unwrap(),
        },
        overrides: vec![
            values(among(&[(31, "b")], None), "replicaCount: 3\n"),
            values(among(&[], Some("tier=canary")), "image: {tag: next}\n"),
        ],
        drift: Drift { enabled: true, action: DriftAction::Deny },
        rollout: Rollout::Waves {
            waves: vec![Wave {
                among: among(&[], Some("tier=canary")),
                max_clusters: Some(1),
                pause_minutes: 30,
            }],
        },
    };
    WorkloadSpec { content, placement: among(&[(31, "b"), (32, "a")], Some("env = prod")) }
}

/// The clusters `b`, and `a`, which is a canary.
fn targets() -> Vec<WorkloadTarget> {
    let candidate = |number, name: &str, tier: &str| Candidate {
        id: uuid(number),
        name: name.to_owned(),
        labels: Labels::try_from(BTreeMap::from([("tier".to_owned(), tier.to_owned())])).unwrap(),
    };
    spec().content.targets(vec![candidate(31, "b", "main"), candidate(32, "a", "canary")])
}

pub(super) fn workload() -> Workload {
    after!(Workload:
        WorkloadCommand::Create {
            project: uuid(20),
            namespace: namespace(),
            name: name("cart"),
            profile: profile(),
            spec: Box::new(spec()),
            at: hour(0),
        },
        WorkloadCommand::Publish { targets: targets(), notes: Description::default(), at: hour(1) }
    )
}

pub(super) fn revision() -> WorkloadRevision {
    let WorkloadSpec { content, placement } = spec();
    let revision = Revision {
        project: uuid(20),
        workload: Reference { id: uuid(9), name: "cart".to_owned() },
        namespace: namespace(),
        number: 3,
        content,
        placement,
        targets: targets(),
        notes: Description::parse("what worked").unwrap(),
        rolled_back_to: Some(1),
    };
    after!(WorkloadRevision: WorkloadRevisionCommand::Create(Box::new(revision)))
}

#[test]
fn a_workload_on_its_clusters() {
    let draft = golden("workload", &workload(), &stamps(9, ScopeId::from(uuid(2)), false));
    let reply: api::Workload = lossless(&draft);
    assert_eq!((draft.parent, draft.owner), (uuid(20), Some(uuid(21))));
    assert_eq!((draft.phase, reply.status.revision), ("published", Some(1)));
    let on: Vec<_> =
        reply.status.targets.iter().map(|it| (it.name.as_str(), it.wave, it.overrides.clone())).collect();
    assert_eq!(on, [("a", Some(1), vec![1]), ("b", Some(2), vec![0])]);
    assert_eq!((reply.status.roll_up.total, reply.status.roll_up.pending), (2, 2));
}

#[test]
fn a_revision_is_beneath_its_workload_and_in_its_namespace() {
    let draft = golden("workload-revision", &revision(), &stamps(10, ScopeId::from(uuid(2)), false));
    let reply: api::WorkloadRevision = lossless(&draft);
    assert_eq!((draft.parent, draft.owner, draft.name.as_str()), (uuid(9), Some(uuid(21)), "3"));
    assert_eq!((reply.metadata.project_id, reply.spec.rolled_back_to), (Some(uuid(20)), Some(1)));
    assert_eq!(reply.status.targets.len(), 2);
}
