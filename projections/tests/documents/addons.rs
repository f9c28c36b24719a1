//! Documents of add-ons and their versions.

use super::{golden, hour, lossless, name, profile, stamps, uuid};
use aggregates::addon::{Addon, AddonCommand, AddonSpec, AddonType};
use aggregates::addon_version::{AddonVersion, AddonVersionCommand, AddonVersionSpec};
use aggregates::artifact::Artifact;
use aggregates::reference::Reference;
use aggregates::sharing::Sharing;
use api::{AddonVersionPhase, SharingMode};
use cqrs_es::Aggregate;
use std::collections::BTreeSet;
use values::{Description, FileName, ScopeId, Sha256Hex, VersionName};

pub(super) fn addon() -> Addon {
    let project = Reference { id: uuid(21), name: "shipping".to_owned() };
    let spec = AddonSpec {
        kind: AddonType::Helm,
        namespace: name("ingress"),
        sharing: Sharing::Projects { projects: BTreeSet::from([project]) },
    };
    after!(Addon: AddonCommand::Create {
        project: uuid(20),
        name: name("ingress"),
        profile: profile(),
        spec: Box::new(spec),
    })
}

pub(super) fn version() -> AddonVersion {
    let spec = AddonVersionSpec {
        artifact: Artifact::Stored {
            sha256: Sha256Hex::parse(&"a".repeat(64)).unwrap(),
            size_bytes: 2_048,
            filename: Some(FileName::parse("ingress-1.0.0.tgz").unwrap()),
        },
        values: vec!["replicas: 2\n".to_owned()],
        notes: Description::parse("the first").unwrap(),
    };
    after!(AddonVersion:
        AddonVersionCommand::Create {
            addon: uuid(90),
            project: uuid(20),
            name: VersionName::parse("1.0.0").unwrap(),
            profile: profile(),
            spec: Box::new(spec),
            activate: false,
            at: hour(0),
        },
        AddonVersionCommand::Activate { at: hour(1) }
    )
}

#[test]
fn an_addon_that_is_shared() {
    let draft = golden("addon", &addon(), &stamps(90, ScopeId::from(uuid(2)), false));
    let reply: api::Addon = lossless(&draft);
    assert_eq!((draft.parent, reply.metadata.project_id), (uuid(20), Some(uuid(20))));
    assert_eq!(reply.spec.sharing.mode, SharingMode::Projects);
}

#[test]
fn a_version_that_is_active() {
    let draft = golden("addon-version", &version(), &stamps(91, ScopeId::from(uuid(2)), false));
    let reply: api::AddonVersion = lossless(&draft);
    assert_eq!((draft.parent, reply.metadata.project_id), (uuid(90), Some(uuid(20))));
    assert_eq!((draft.phase, reply.status.phase), ("active", AddonVersionPhase::Active));
    assert_eq!((reply.status.activated_at, reply.status.used_by), (Some(hour(1)), None));
    assert_eq!(reply.spec.artifact.size_bytes, Some(2_048));
}
