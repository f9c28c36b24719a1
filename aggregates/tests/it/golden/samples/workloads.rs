//! Events of workloads and their revisions.

use super::profile;
use crate::golden::{Sample, sample};
use crate::namespace::{clusters, uses};
use crate::values::{hour, name, uuid};
use crate::workload::{content, namespace, revision, spec, targets};
use aggregates::artifact::Artifact;
use aggregates::drift::{Drift, DriftAction};
use aggregates::placement::Placement;
use aggregates::profile::Profile;
use aggregates::rollout::{Rollout, Wave};
use aggregates::uses::Uses;
use aggregates::workload::{
    Override, Publication, RolledBack, WorkloadContent, WorkloadEvent, WorkloadSpec, WorkloadTarget,
    WorkloadType, WorkloadUpdate,
};
use aggregates::workload_revision::{Revision, WorkloadRevisionEvent};
use std::collections::BTreeSet;
use values::{ChartName, ChartRepository, ChartVersion, Description, LabelSelector};

fn among(named: &[u128], selector: Option<&str>) -> Placement {
    let label_selector = selector.map(|text| LabelSelector::parse(text).unwrap());
    Placement { clusters: clusters(named), label_selector }
}

fn full() -> WorkloadSpec {
    let over = |on, values: Option<&str>, patch: Option<&str>| Override {
        on,
        values: values.map(str::to_owned),
        patch: patch.map(str::to_owned),
    };
    let canary = Wave { among: among(&[], Some("tier=canary")), max_clusters: Some(5), pause_minutes: 30 };
    let content = WorkloadContent {
        kind: WorkloadType::Helm,
        artifact: Artifact::Helm {
            repository: ChartRepository::parse("https://charts.acme.test/stable").unwrap(),
            chart: ChartName::parse("cart").unwrap(),
            version: ChartVersion::parse("2.1.0").unwrap(),
        },
        overrides: vec![
            over(among(&[80], None), Some("replicaCount: 3\n"), None),
            over(among(&[], Some("env=prod")), None, Some("kind: ConfigMap\n")),
        ],
        drift: Drift { enabled: true, action: DriftAction::Deny },
        rollout: Rollout::Waves {
            waves: vec![canary, Wave { among: among(&[81], None), ..Wave::default() }],
        },
    };
    WorkloadSpec { content, placement: among(&[80, 81], Some("env=prod")) }
}

fn full_targets() -> Vec<WorkloadTarget> {
    let [first, second] = targets(&[80, 81]).try_into().unwrap();
    vec![
        WorkloadTarget { wave: Some(1), overrides: vec![0, 1], ..first },
        WorkloadTarget { wave: Some(2), ..second },
    ]
}

fn created(profile: Profile, spec: WorkloadSpec, uses: Uses) -> WorkloadEvent {
    WorkloadEvent::Created {
        project: uuid(20),
        namespace: namespace(),
        name: name("cart"),
        profile,
        spec: Box::new(spec),
        uses,
        at: hour(0),
    }
}

fn update() -> WorkloadUpdate {
    let WorkloadSpec { content, placement } = full();
    WorkloadUpdate {
        profile: Some(profile()),
        kind: Some(content.kind),
        artifact: Some(content.artifact),
        overrides: Some(content.overrides),
        drift: Some(content.drift),
        rollout: Some(content.rollout),
        placement: Some(placement),
        uses: uses(&[81], &[82]),
    }
}

fn published() -> Vec<Sample> {
    let first = Publication {
        namespace: namespace(),
        revision: 1,
        targets: targets(&[80]),
        joined: BTreeSet::from([uuid(80)]),
        left: BTreeSet::new(),
        uses: Uses::default(),
        notes: Description::default(),
        rolled_back: None,
        at: hour(1),
    };
    let again = Publication {
        revision: 3,
        targets: full_targets(),
        joined: BTreeSet::from([uuid(81)]),
        left: BTreeSet::from([uuid(82)]),
        uses: uses(&[81], &[82]),
        notes: Description::parse("what worked").unwrap(),
        rolled_back: Some(RolledBack { to: 1, content: full().content }),
        ..first.clone()
    };
    let published = |case, it| sample(case, &WorkloadEvent::Published(Box::new(it)));
    vec![published("first", first), published("rolled-back", again)]
}

fn revisions() -> Vec<Sample> {
    let full = Revision {
        number: 3,
        content: full().content,
        placement: full().placement,
        targets: full_targets(),
        notes: Description::parse("what worked").unwrap(),
        rolled_back_to: Some(1),
        ..revision()
    };
    let recorded = |case, it| sample(case, &WorkloadRevisionEvent::Created(Box::new(it)));
    vec![recorded("first", revision()), recorded("rolled-back", full)]
}

pub(super) fn samples() -> Vec<Sample> {
    let cleared = WorkloadUpdate {
        overrides: Some(vec![]),
        drift: Some(Drift::default()),
        rollout: Some(Rollout::AllAtOnce),
        placement: Some(Placement::default()),
        artifact: Some(content('b').artifact),
        ..WorkloadUpdate::default()
    };
    let unpublished = WorkloadEvent::Unpublished {
        namespace: namespace(),
        clusters: BTreeSet::from([uuid(80), uuid(81)]),
        uses: uses(&[], &[81]),
        at: hour(2),
    };
    let (project, namespace) = (uuid(20), uuid(70));
    let deleted = |uses| WorkloadEvent::Deleted { project, namespace, name: name("cart"), uses };
    let restored = |uses| WorkloadEvent::Restored { project, namespace, name: name("cart"), uses };
    let mut samples = vec![
        sample("full", &created(profile(), full(), uses(&[80, 81], &[]))),
        sample("plain", &created(Profile::default(), spec('a', &[]), Uses::default())),
        sample("everything", &WorkloadEvent::Updated(Box::new(update()))),
        sample("cleared", &WorkloadEvent::Updated(Box::new(cleared))),
        sample("plain", &unpublished),
        sample("placed", &deleted(uses(&[], &[80, 81]))),
        sample("plain", &deleted(Uses::default())),
        sample("placed", &restored(uses(&[80, 81], &[]))),
        sample("plain", &restored(Uses::default())),
    ];
    samples.extend(published());
    samples.extend(revisions());
    samples
}
