//! The stored forms. Events are stored for ever, so what a file here holds must load for ever.
//!
//! `tests/golden/events/<event type>.v<event version>.<case>.json`, one for every shape an event can have, and
//! `SHA256SUMS` beside them: a file may be added, but not changed and not taken away.
//!
//! To add one, add its event to [`samples`], run `every_shape_of_an_event_has_its_file` with `QUARTERDECK_GOLDEN=add`,
//! which writes the files that are missing and their lines in `SHA256SUMS` and touches no other, and read what it wrote.

mod samples;

use aggregates::access::AccessEvent;
use aggregates::addon::AddonEvent;
use aggregates::addon_version::AddonVersionEvent;
use aggregates::api_key::ApiKeyEvent;
use aggregates::blueprint::BlueprintEvent;
use aggregates::blueprint_version::BlueprintVersionEvent;
use aggregates::cluster::ClusterEvent;
use aggregates::facts::Facts;
use aggregates::group::GroupEvent;
use aggregates::membership::MembershipEvent;
use aggregates::namespace::NamespaceEvent;
use aggregates::org::OrgEvent;
use aggregates::partner::PartnerEvent;
use aggregates::project::ProjectEvent;
use aggregates::role_binding::RoleBindingEvent;
use aggregates::user::UserEvent;
use aggregates::webhook::WebhookEvent;
use aggregates::workload::WorkloadEvent;
use aggregates::workload_revision::WorkloadRevisionEvent;
use samples::{EVERY_VARIANT, Listed, samples};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

/// The header of the manifest; its lines are those of `sha256sum`.
const HEADER: &str = "\
# The stored forms of events. Lines are added, never changed and never taken away: what was stored once must load
# for ever. aggregates/tests/it/golden.rs says how to add one.
";

/// An event in its stored form, as a case of a story.
pub(crate) struct Sample {
    /// `<event type>.v<event version>.<case>`.
    pub(crate) name: String,
    /// The stored form.
    pub(crate) json: Value,
}

pub(crate) fn sample<E: Facts + Listed>(case: &str, event: &E) -> Sample {
    assert_eq!(event.event_type(), event.listed());
    Sample {
        name: format!("{}.v{}.{case}", event.event_type(), event.event_version()),
        json: serde_json::to_value(event).unwrap(),
    }
}

fn folder() -> PathBuf {
    PathBuf::from("tests/golden/events")
}

/// Name and text of every golden file.
fn files() -> BTreeMap<String, String> {
    fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn sum(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"))
}

/// File name and checksum of every line of the manifest.
fn manifest() -> BTreeMap<String, String> {
    let text = fs::read_to_string(folder().join("SHA256SUMS")).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (sum, file) = line.split_once("  ").unwrap();
            (file.trim_end_matches(".json").to_owned(), sum.to_owned())
        })
        .collect()
}

/// Writes what is missing, if that was asked for.
fn add_what_is_missing() {
    if std::env::var("QUARTERDECK_GOLDEN").as_deref() != Ok("add") {
        return;
    }
    let mut sums = manifest();
    for Sample { name, json } in samples() {
        let path = folder().join(format!("{name}.json"));
        if !sums.contains_key(&name) && !path.exists() {
            fs::write(&path, format!("{json:#}\n")).unwrap();
            sums.insert(name, sum(&format!("{json:#}\n")));
        }
    }
    let lines: Vec<_> = sums
        .iter()
        .map(|(name, sum)| {
            format!(
                "{sum}  {name}.json
"
            )
        })
        .collect();
    fs::write(folder().join("SHA256SUMS"), format!("{HEADER}{}", lines.concat())).unwrap();
}

/// Reads a stored form and writes it again.
fn again<E: Facts + Debug>(text: &str, name: &str) -> Value {
    let event: E = serde_json::from_str(text).unwrap_or_else(|error| panic!("{name} does not load: {error}"));
    let says = format!("{}.v{}.", event.event_type(), event.event_version());
    assert!(name.starts_with(&says), "{name} is {event:?}");
    serde_json::to_value(event).unwrap()
}

fn again_as_its_aggregate(name: &str, text: &str) -> Value {
    match name.split('.').next().unwrap() {
        "access" => again::<AccessEvent>(text, name),
        "addon" => again::<AddonEvent>(text, name),
        "addonVersion" => again::<AddonVersionEvent>(text, name),
        "apiKey" => again::<ApiKeyEvent>(text, name),
        "blueprint" => again::<BlueprintEvent>(text, name),
        "blueprintVersion" => again::<BlueprintVersionEvent>(text, name),
        "cluster" => again::<ClusterEvent>(text, name),
        "membership" => again::<MembershipEvent>(text, name),
        "namespace" => again::<NamespaceEvent>(text, name),
        "org" => again::<OrgEvent>(text, name),
        "partner" => again::<PartnerEvent>(text, name),
        "group" => again::<GroupEvent>(text, name),
        "roleBinding" => again::<RoleBindingEvent>(text, name),
        "project" => again::<ProjectEvent>(text, name),
        "user" => again::<UserEvent>(text, name),
        "webhook" => again::<WebhookEvent>(text, name),
        "workload" => again::<WorkloadEvent>(text, name),
        "workloadRevision" => again::<WorkloadRevisionEvent>(text, name),
        other => panic!("{name}: no aggregate is called {other}"),
    }
}

#[test]
fn every_stored_form_loads_and_is_written_as_it_was() {
    let files = files();
    assert!(!files.is_empty());
    for (name, text) in files {
        let stored: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(again_as_its_aggregate(&name, &text), stored, "{name}");
    }
}

#[test]
fn every_shape_of_an_event_has_its_file() {
    add_what_is_missing();
    let files = files();
    for Sample { name, json } in samples() {
        let Some(text) = files.get(&name) else {
            panic!("{name}.json is missing: add it with QUARTERDECK_GOLDEN=add");
        };
        let stored: Value = serde_json::from_str(text).unwrap();
        assert_eq!(json, stored, "{name}: the stored form has changed");
    }
}

/// The list does not compile while a variant is missing from it.
#[test]
fn every_variant_has_a_sample() {
    let sampled: BTreeSet<String> = samples().into_iter().map(|sample| sample.name).collect();
    for name in EVERY_VARIANT {
        assert!(
            sampled.iter().any(|sample| sample.starts_with(&format!("{name}.v"))),
            "{name} has no sample"
        );
    }
}

#[test]
fn no_stored_form_is_changed_or_taken_away() {
    let kept = manifest();
    let there: BTreeMap<String, String> =
        files().into_iter().map(|(name, text)| (name, sum(&text))).collect();
    for (name, sum) in &kept {
        let now =
            there.get(name).unwrap_or_else(|| panic!("{name}.json was taken away: events of it are stored"));
        assert_eq!(now, sum, "{name}.json was changed: events of the old form are stored");
    }
    for name in there.keys() {
        assert!(kept.contains_key(name), "{name}.json has no line in SHA256SUMS: add it");
    }
}

/// Canonical JSON knows integers only.
#[test]
fn stored_forms_hold_no_floating_point() {
    for (name, text) in files() {
        assert_no_float(&name, &serde_json::from_str(&text).unwrap());
    }
}

fn assert_no_float(name: &str, value: &Value) {
    match value {
        Value::Number(number) => assert!(!number.is_f64(), "{name} holds {number}"),
        Value::Array(items) => items.iter().for_each(|item| assert_no_float(name, item)),
        Value::Object(members) => members.values().for_each(|member| assert_no_float(name, member)),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
