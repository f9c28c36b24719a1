//! Events of blueprints and their versions.

use super::profile;
use crate::blueprint::with_projects;
use crate::blueprint_version::{DENY, addon, base, birth, spec, version};
use crate::golden::{Sample, sample};
use crate::values::{hour, name, uuid};
use aggregates::blueprint::{BlueprintEvent, BlueprintSpec, BlueprintType, BlueprintUpdate};
use aggregates::blueprint_version::{
    Birth, BlueprintVersionEvent, BlueprintVersionSpec, BlueprintVersionUpdate, Change,
};
use aggregates::profile::Profile;
use aggregates::sharing::Sharing;
use aggregates::uses::Uses;
use std::collections::BTreeSet;

pub(super) fn samples() -> Vec<Sample> {
    blueprints().into_iter().chain(versions()).collect()
}

fn blueprints() -> Vec<Sample> {
    let created = |profile, r#type, sharing| BlueprintEvent::Created {
        project: uuid(20),
        name: name("base"),
        profile,
        spec: Box::new(BlueprintSpec { r#type, sharing }),
    };
    let everything = BlueprintUpdate {
        profile: Some(profile()),
        sharing: Some((Sharing::None, with_projects(&[30, 31]))),
    };
    let cleared = BlueprintUpdate { profile: None, sharing: Some((Sharing::All, Sharing::None)) };
    let deleted = |sharing| BlueprintEvent::Deleted { project: uuid(20), name: name("base"), sharing };
    let restored = |sharing| BlueprintEvent::Restored { project: uuid(20), name: name("base"), sharing };
    vec![
        sample("full", &created(profile(), BlueprintType::Golden, with_projects(&[30]))),
        sample("plain", &created(Profile::default(), BlueprintType::Custom, Sharing::None)),
        sample("everything", &BlueprintEvent::Updated(Box::new(everything))),
        sample("cleared", &BlueprintEvent::Updated(Box::new(cleared))),
        sample("plain", &deleted(Sharing::None)),
        sample("shared", &deleted(Sharing::All)),
        sample("plain", &restored(Sharing::None)),
        sample("shared", &restored(with_projects(&[30]))),
    ]
}

fn full() -> BlueprintVersionSpec {
    BlueprintVersionSpec {
        base: Some(base(true, vec![addon('a', 1, &[])])),
        addons: vec![addon('b', 1, &["a"])],
        drift: Some(DENY),
        namespace_sync: Some(true),
    }
}

fn versions() -> Vec<Sample> {
    let created =
        |profile, spec, at| BlueprintVersionEvent::Created(Box::new(Birth { profile, ..birth(spec, at) }));
    let update = |change, begins, ends| BlueprintVersionUpdate {
        blueprint: uuid(90),
        change,
        usage: Uses { begins, ends },
    };
    let everything = update(
        Change { profile: Some(profile()), spec: Some(full()) },
        full().uses(),
        BTreeSet::from([uuid(1200), uuid(1201)]),
    );
    let wrote = update(Change { profile: Some(profile()), spec: None }, BTreeSet::new(), BTreeSet::new());
    let activated = |update: Option<BlueprintVersionUpdate>| BlueprintVersionEvent::Activated {
        blueprint: uuid(90),
        leans_on: full().uses(),
        update: update.map(Box::new),
        at: hour(1),
    };
    let (blueprint, uses) = (uuid(90), full().uses());
    let withdrawn = BlueprintVersionEvent::Withdrawn { blueprint, uses: uses.clone() };
    let returned = BlueprintVersionEvent::Returned { blueprint, uses: uses.clone() };
    vec![
        sample("full", &created(profile(), full(), Some(hour(0)))),
        sample("plain", &created(Profile::default(), spec(vec![]), None)),
        sample("everything", &BlueprintVersionEvent::Updated(Box::new(everything.clone()))),
        sample("profile", &BlueprintVersionEvent::Updated(Box::new(wrote))),
        sample("plain", &activated(None)),
        sample("changed", &activated(Some(everything))),
        sample("plain", &BlueprintVersionEvent::Disabled { at: hour(2) }),
        sample("plain", &withdrawn),
        sample("plain", &returned),
        sample(
            "plain",
            &BlueprintVersionEvent::Deleted { blueprint, name: version("1.2.0"), uses: uses.clone() },
        ),
        sample("plain", &BlueprintVersionEvent::Restored { blueprint, name: version("1.2.0"), uses }),
    ]
}
