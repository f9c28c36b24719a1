//! Documents of blueprints and their versions.

use super::{golden, hour, lossless, name, profile, stamps, uuid};
use aggregates::blueprint::{Blueprint, BlueprintCommand, BlueprintSpec, BlueprintType};
use aggregates::blueprint_version::{Base, BlueprintVersion, BlueprintVersionCommand, BlueprintVersionSpec};
use aggregates::drift::{Drift, DriftAction};
use aggregates::reference::Reference;
use aggregates::setup::{AddonUse, Setup};
use aggregates::sharing::Sharing;
use cqrs_es::Aggregate;
use std::collections::BTreeSet;
use values::{ScopeId, VersionName};

fn reference(number: u128, called: &str) -> Reference {
    Reference { id: uuid(number), name: called.to_owned() }
}

fn addon(number: u128, called: &str, depends_on: &[&str]) -> AddonUse {
    AddonUse {
        addon: reference(number, called),
        version: reference(number + 1, "1.0.0"),
        depends_on: depends_on.iter().map(|it| name(it)).collect(),
        critical: !depends_on.is_empty(),
    }
}

pub(super) fn blueprint() -> Blueprint {
    let projects = BTreeSet::from([reference(21, "shipping")]);
    after!(Blueprint: BlueprintCommand::Create {
        project: uuid(20),
        name: name("base"),
        profile: profile(),
        spec: Box::new(BlueprintSpec { r#type: BlueprintType::Golden, sharing: Sharing::Projects { projects } }),
    })
}

pub(super) fn version() -> BlueprintVersion {
    let setup = Setup {
        addons: vec![addon(60, "ingress", &[])],
        drift: Drift { enabled: true, action: DriftAction::Deny },
        namespace_sync: true,
    };
    let base =
        Base { blueprint: reference(41, "rock"), version: reference(42, "3.0"), is_golden: true, setup };
    let spec = BlueprintVersionSpec {
        base: Some(base),
        addons: vec![addon(62, "monitoring", &["ingress"])],
        drift: None,
        namespace_sync: None,
    };
    after!(BlueprintVersion:
        BlueprintVersionCommand::Create {
            project: uuid(20),
            blueprint: reference(40, "base"),
            name: VersionName::parse("1.2.0").unwrap(),
            profile: profile(),
            spec: Box::new(spec),
            activate: None,
        },
        BlueprintVersionCommand::Activate { at: hour(1) }
    )
}

#[test]
fn a_blueprint_that_is_shared() {
    let draft = golden("blueprint", &blueprint(), &stamps(7, ScopeId::from(uuid(2)), false));
    let reply: api::Blueprint = lossless(&draft);
    assert_eq!((draft.parent, reply.metadata.project_id), (uuid(20), Some(uuid(20))));
    assert_eq!(reply.spec.sharing.projects[0].name, "shipping");
}

#[test]
fn a_version_with_what_it_builds_on() {
    let draft = golden("blueprint-version", &version(), &stamps(7, ScopeId::from(uuid(2)), false));
    let reply: api::BlueprintVersion = lossless(&draft);
    assert_eq!(
        (draft.parent, reply.metadata.project_id),
        (uuid(40), Some(uuid(20))),
        "the blueprint lists it"
    );
    assert_eq!((reply.spec.drift, reply.status.setup.drift.enabled), (None, true));
    let names: Vec<&str> = reply.status.setup.addons.iter().map(|it| it.name.as_str()).collect();
    assert_eq!((reply.spec.addons.len(), names), (1, vec!["ingress", "monitoring"]));
    assert_eq!((draft.phase, reply.status.used_by), ("active", None));
}
