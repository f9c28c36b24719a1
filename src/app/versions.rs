//! References to versions of things: from what people write (the thing by name or id, its version by name or id, or all
//! of these) to what is meant.
//!
//! The thing is one of the project, or shared with it; its version is active. Admission judges once more whether it still
//! is: whoever keeps a reference declares that it needs the version so.

use super::home::InProject;
use super::plan::Plan;
use super::{Fault, Refused, references};
use aggregates::reference::Reference;
use api::{ReferenceInput, VersionReferenceInput};
use projections::blueprint_versions;
use projections::documents::Sighted;
use std::collections::HashMap;
use uuid::Uuid;
use values::VersionName;

/// The phase of a version that others can begin to use.
const ACTIVE: &str = "active";

/// A version of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionOf {
    /// The thing.
    pub thing: Reference,
    /// Its version.
    pub version: Reference,
}

impl VersionOf {
    /// Whether this is what is meant, by whatever it is named by. What is referred to already is not looked up again: it
    /// may have been disabled since.
    #[must_use]
    pub fn is_meant_by(&self, given: &VersionReferenceInput) -> bool {
        let Self { thing, version } = self;
        let named = given.id.is_some() || given.name.is_some();
        let at_version = given.version_id.is_some() || given.version.is_some();
        named
            && at_version
            && given.id.is_none_or(|id| id == thing.id)
            && given.name.as_ref().is_none_or(|name| name.as_str() == thing.name)
            && given.version_id.is_none_or(|id| id == version.id)
            && given.version.as_ref().is_none_or(|name| name.as_str() == version.name)
    }
}

/// What versions are of, as on the wire, and what they are themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds {
    /// The kind of the things.
    pub thing: &'static str,
    /// The kind of their versions.
    pub version: &'static str,
}

/// Add-ons and their versions.
pub const ADDONS: Kinds = Kinds { thing: "Addon", version: "AddonVersion" };
/// Blueprints and their versions.
pub const BLUEPRINTS: Kinds = Kinds { thing: "Blueprint", version: "BlueprintVersion" };

/// The version that is meant, at a pointer (RFC 6901), of a thing in the project or shared with it.
///
/// # Errors
/// As [`all`].
pub async fn one(
    plan: &Plan<'_>,
    home: &InProject,
    kinds: Kinds,
    given: &VersionReferenceInput,
    pointer: &str,
) -> Result<VersionOf, Refused> {
    let found = all(plan, home, kinds, std::slice::from_ref(given), |_| pointer.to_owned()).await?;
    found.into_iter().next().ok_or(Refused::NotFound)
}

/// The versions that are meant, in the same order, of things in the project or shared with it; found in as many look-ups
/// as one.
///
/// # Errors
/// `required` where something is not named, `unknown_reference`, `ambiguous_reference`, `reference_disagrees`, and
/// `not_active` for a version that is a draft or disabled: every fault, at its pointer.
pub async fn all(
    plan: &Plan<'_>,
    home: &InProject,
    kinds: Kinds,
    given: &[VersionReferenceInput],
    pointer: impl Fn(usize) -> String,
) -> Result<Vec<VersionOf>, Refused> {
    let kind = kinds.thing;
    let named: Vec<Option<ReferenceInput>> = given.iter().map(VersionReferenceInput::thing).collect();
    let unnamed = |(index, thing): (usize, &Option<ReferenceInput>)| {
        let detail = format!("say which {kind} it is, by name or id");
        thing.is_none().then(|| fault(format!("{}/name", pointer(index)), "required", detail))
    };
    let faults: Vec<Fault> = named.iter().enumerate().filter_map(unnamed).collect();
    if !faults.is_empty() {
        return Err(Refused::Faults(faults));
    }
    let named: Vec<ReferenceInput> = named.into_iter().flatten().collect();
    let things = references::all_visible_of(plan, home, kind, &named, &pointer).await?;
    let known = known(plan, home, kinds.version, &things, given).await?;
    let (mut meant, mut faults) = (vec![], vec![]);
    for (index, (thing, given)) in things.into_iter().zip(given).enumerate() {
        let versions = known.get(&thing.id).map_or(&[][..], Vec::as_slice);
        match choose(versions, given, &thing, kind) {
            Ok(version) => meant.push(VersionOf { thing, version }),
            Err((member, code, detail)) => {
                faults.push(fault(format!("{}/{member}", pointer(index)), code, detail));
            }
        }
    }
    if faults.is_empty() { Ok(meant) } else { Err(Refused::Faults(faults)) }
}

fn fault(pointer: String, code: &str, detail: String) -> Fault {
    Fault { pointer, code: code.to_owned(), detail }
}

/// The versions of these things that could be meant, by the thing; what the plan makes included.
async fn known(
    plan: &Plan<'_>,
    home: &InProject,
    kind: &'static str,
    things: &[Reference],
    given: &[VersionReferenceInput],
) -> Result<HashMap<Uuid, Vec<Sighted>>, Refused> {
    let parents: Vec<Uuid> = things.iter().map(|thing| thing.id).collect();
    let names: Vec<&str> =
        given.iter().filter_map(|it| it.version.as_ref().map(VersionName::as_str)).collect();
    let ids: Vec<Uuid> = given.iter().filter_map(|it| it.version_id).collect();
    let stored =
        blueprint_versions::versions_of(&plan.app.pool, home.org, &parents, kind, &names, &ids).await?;
    let mut known: HashMap<Uuid, Vec<Sighted>> = HashMap::new();
    for parent in parents {
        known.entry(parent).or_insert_with(|| plan.made_in(parent, kind).cloned().collect());
    }
    for (parent, version) in stored {
        let beneath = known.entry(parent).or_default();
        if beneath.iter().all(|it| it.id != version.id) {
            beneath.push(version);
        }
    }
    Ok(known)
}

/// A member, a stable code, and what to do about it.
type Wrong = (&'static str, &'static str, String);

fn choose(
    known: &[Sighted],
    given: &VersionReferenceInput,
    thing: &Reference,
    kind: &str,
) -> Result<Reference, Wrong> {
    let by_id = given.version_id.map(|id| (id, known.iter().find(|it| it.id == id)));
    let by_name = given.version.as_ref().map(|name| (name, known.iter().find(|it| it.name == name.as_str())));
    let unknown = |member, what: &dyn std::fmt::Display| {
        Err((member, "unknown_reference", format!("the {kind} {} has no version {what}", thing.name)))
    };
    let found = match (by_id, by_name) {
        (None, None) => {
            return Err(("version", "required", format!("say which version of {} it is", thing.name)));
        }
        (Some((_, Some(meant))), Some((_, Some(named)))) if meant.id != named.id => {
            let detail = format!("the name is that of {}, and not of this id: send one of them", named.id);
            return Err(("version", "reference_disagrees", detail));
        }
        (Some((_, Some(found))), _) | (None, Some((_, Some(found)))) => found,
        (Some((id, None)), _) => return unknown("versionId", &id),
        (None, Some((name, None))) => return unknown("version", name),
    };
    let what_to_do = match found.phase.as_str() {
        ACTIVE => return Ok(Reference { id: found.id, name: found.name.clone() }),
        "draft" => "a draft: activate it first",
        "disabled" => "disabled: nothing new can use it",
        _ => "not active",
    };
    let detail = format!("the version {} of the {kind} {} is {what_to_do}", found.name, thing.name);
    Err(("version", "not_active", detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn sighted(id: u128, name: &str, phase: &str) -> Sighted {
        let (name, phase) = (name.to_owned(), phase.to_owned());
        Sighted { id: Uuid::from_u128(id), name, phase, owner: None, version: 1 }
    }

    fn ingress() -> Reference {
        Reference { id: Uuid::from_u128(9), name: "ingress".to_owned() }
    }

    fn meant(value: Value) -> Result<u128, (&'static str, String)> {
        let known =
            [sighted(1, "1.0.0", "active"), sighted(2, "2.0.0", "draft"), sighted(3, "0.9", "disabled")];
        let given: VersionReferenceInput = serde_json::from_value(value).unwrap();
        let found = choose(&known, &given, &ingress(), "Addon");
        found.map(|version| version.id.as_u128()).map_err(|(_, code, detail)| (code, detail))
    }

    fn id(number: u128) -> String {
        Uuid::from_u128(number).to_string()
    }

    #[test]
    fn an_active_version_is_meant_by_name_or_id_or_both() {
        assert_eq!(meant(json!({ "version": "1.0.0" })), Ok(1));
        assert_eq!(meant(json!({ "versionId": id(1) })), Ok(1));
        assert_eq!(meant(json!({ "version": "1.0.0", "versionId": id(1) })), Ok(1));
        let disagrees = meant(json!({ "version": "2.0.0", "versionId": id(1) }));
        assert_eq!(disagrees.unwrap_err().0, "reference_disagrees");
    }

    #[test]
    fn drafts_and_disabled_versions_are_refused_by_name() {
        for (version, says) in [
            ("2.0.0", "the version 2.0.0 of the Addon ingress is a draft: activate it first"),
            ("0.9", "the version 0.9 of the Addon ingress is disabled: nothing new can use it"),
        ] {
            assert_eq!(meant(json!({ "version": version })), Err(("not_active", says.to_owned())));
        }
    }

    #[test]
    fn what_is_not_there_is_unknown() {
        let unknown = Err(("unknown_reference", "the Addon ingress has no version 3".to_owned()));
        assert_eq!(meant(json!({ "version": "3" })), unknown);
        assert_eq!(meant(json!({ "versionId": id(4) })).unwrap_err().0, "unknown_reference");
        assert_eq!(meant(json!({})).unwrap_err().0, "required");
    }

    #[test]
    fn what_is_referred_to_already_is_known_by_every_name_it_has() {
        let version = Reference { id: Uuid::from_u128(1), name: "1.0.0".to_owned() };
        let known = VersionOf { thing: ingress(), version };
        let is_meant = |value: Value| known.is_meant_by(&serde_json::from_value(value).unwrap());
        assert!(is_meant(json!({ "name": "ingress", "version": "1.0.0" })));
        assert!(is_meant(json!({ "id": id(9), "versionId": id(1) })));
        assert!(is_meant(json!({ "name": "ingress", "id": id(9), "version": "1.0.0", "versionId": id(1) })));
        assert!(!is_meant(json!({ "name": "ingress", "version": "1.0.1" })));
        assert!(!is_meant(json!({ "name": "egress", "id": id(9), "version": "1.0.0" })));
        assert!(!is_meant(json!({ "version": "1.0.0" })), "of what?");
        assert!(!is_meant(json!({ "name": "ingress" })), "which?");
    }
}
