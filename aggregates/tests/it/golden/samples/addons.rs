//! Events of add-ons and their versions.

use super::profile;
use crate::addon::shared_with;
use crate::addon_version::{bytes, git, version_name};
use crate::golden::{Sample, sample};
use crate::values::{hour, name, uuid};
use aggregates::addon::{AddonEvent, AddonSpec, AddonType, AddonUpdate};
use aggregates::addon_version::{AddonVersionEvent, AddonVersionSpec, AddonVersionUpdate};
use aggregates::artifact::Artifact;
use aggregates::profile::Profile;
use aggregates::sharing::Sharing;
use values::{ChartName, ChartRepository, ChartVersion, Description};

fn addon(kind: AddonType, profile: Profile, sharing: Sharing) -> AddonEvent {
    let spec = Box::new(AddonSpec { kind, namespace: name("ingress"), sharing });
    AddonEvent::Created { project: uuid(20), name: name("ingress"), profile, spec }
}

fn version(profile: Profile, artifact: Artifact, values: &[&str], notes: &str) -> AddonVersionEvent {
    let spec = Box::new(AddonVersionSpec {
        artifact,
        values: values.iter().map(|&text| text.to_owned()).collect(),
        notes: Description::parse(notes).unwrap(),
    });
    let (addon, project, name, at) = (uuid(90), uuid(20), version_name("1.0.0"), hour(0));
    AddonVersionEvent::Created { addon, project, name, profile, spec, active: false, at }
}

/// The same, active at once.
fn at_once(created: AddonVersionEvent) -> AddonVersionEvent {
    let AddonVersionEvent::Created { addon, project, name, profile, spec, at, .. } = created else {
        return created;
    };
    AddonVersionEvent::Created { addon, project, name, profile, spec, active: true, at }
}

fn chart() -> Artifact {
    Artifact::Helm {
        repository: ChartRepository::parse("https://charts.acme.test/stable").unwrap(),
        chart: ChartName::parse("ingress-nginx").unwrap(),
        version: ChartVersion::parse("4.11.3").unwrap(),
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let everything = AddonUpdate {
        profile: Some(profile()),
        namespace: Some(name("edge")),
        sharing: Some((Sharing::All, shared_with(&[21, 22]))),
    };
    let gone = |sharing| AddonEvent::Deleted { project: uuid(20), name: name("ingress"), sharing };
    let back = |sharing| AddonEvent::Restored { project: uuid(20), name: name("ingress"), sharing };
    let version_update = AddonVersionUpdate {
        addon: uuid(90),
        profile: Some(profile()),
        artifact: Some(bytes('b', Some("ingress.tgz"))),
        values: Some(vec!["replicas: 2\n".to_owned()]),
        notes: Some(Description::parse("better").unwrap()),
    };
    let named = || (uuid(90), version_name("1.0.0"));
    let (deleted, restored) = (
        {
            let (addon, name) = named();
            AddonVersionEvent::Deleted { addon, name }
        },
        {
            let (addon, name) = named();
            AddonVersionEvent::Restored { addon, name }
        },
    );
    vec![
        sample("full", &addon(AddonType::Helm, profile(), shared_with(&[21]))),
        sample("plain", &addon(AddonType::Yaml, Profile::default(), Sharing::None)),
        sample("kustomize", &addon(AddonType::Kustomize, Profile::default(), Sharing::All)),
        sample("everything", &AddonEvent::Updated(Box::new(everything))),
        sample("plain", &gone(Sharing::None)),
        sample("shared", &gone(shared_with(&[21]))),
        sample("plain", &back(Sharing::None)),
        sample("shared", &back(Sharing::All)),
        sample("full", &version(profile(), chart(), &["replicas: 2\n"], "the first")),
        sample("plain", &version(Profile::default(), bytes('a', None), &[], "")),
        sample("git", &version(Profile::default(), git("ingress"), &[], "")),
        sample("at-once", &at_once(version(Profile::default(), bytes('a', None), &[], ""))),
        sample("everything", &AddonVersionEvent::Updated(Box::new(version_update.clone()))),
        sample("plain", &AddonVersionEvent::Activated { addon: uuid(90), update: None, at: hour(1) }),
        sample(
            "changed",
            &AddonVersionEvent::Activated {
                addon: uuid(90),
                update: Some(Box::new(version_update)),
                at: hour(1),
            },
        ),
        sample("plain", &AddonVersionEvent::Disabled { at: hour(2) }),
        sample("plain", &deleted),
        sample("plain", &restored),
    ]
}
