//! References: from what people write (a name, an id, or both) to the thing that is meant.
//!
//! Only live things are found, and those that the same unit makes. Admission judges once more whether they are still
//! there: whoever keeps a reference declares that it uses the thing.

mod versions;

pub use versions::{VersionMeant, Versioned, version, versions};

use super::home::{Home, InOrg, InProject};
use super::plan::Plan;
use super::{Fault, Refused};
use aggregates::project::Project;
use aggregates::reference::Reference;
use aggregates::sharing::Sharing;
use api::{ReferenceInput, SharingInput, SharingMode};
use projections::documents::{self, Documented, Sighted};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::Name;

/// The most projects that a thing can be shared with by listing them.
const MOST_SHARED_WITH: usize = 256;

/// The thing of kind `K` beside `home` that is meant; `pointer` is where it is named (RFC 6901).
///
/// # Errors
/// `unknown_reference`, `reference_disagrees`, both at the pointer.
pub async fn one<K: Documented>(
    plan: &Plan<'_>,
    home: &impl Home,
    given: &ReferenceInput,
    pointer: &str,
) -> Result<Reference, Refused> {
    let found = all::<K>(plan, home, std::slice::from_ref(given), |_| pointer.to_owned()).await?;
    found.into_iter().next().ok_or(Refused::NotFound)
}

/// The things of kind `K` beside `home` that are meant, in the same order, found in one look-up.
///
/// # Errors
/// `unknown_reference`, `reference_disagrees`: every fault, at its pointer.
pub async fn all<K: Documented>(
    plan: &Plan<'_>,
    home: &impl Home,
    given: &[ReferenceInput],
    pointer: impl Fn(usize) -> String,
) -> Result<Vec<Reference>, Refused> {
    let names: Vec<&str> = given.iter().filter_map(|one| one.name().map(Name::as_str)).collect();
    let ids: Vec<Uuid> = given.iter().filter_map(ReferenceInput::id).collect();
    let known = candidates(plan, home, K::KIND, &names, &ids).await?;
    gathered(given.iter().map(|one| choose(&known, one, K::KIND)), pointer)
}

/// What one is found to mean, or what is wrong with it: a code, and what to do about it.
type Meant = Result<Reference, (&'static str, String)>;

/// What all are found to mean, or every fault.
fn gathered(
    found: impl IntoIterator<Item = Meant>,
    pointer: impl Fn(usize) -> String,
) -> Result<Vec<Reference>, Refused> {
    let (mut meant, mut faults) = (vec![], vec![]);
    for (index, one) in found.into_iter().enumerate() {
        match one {
            Ok(reference) => meant.push(reference),
            Err((code, detail)) => {
                faults.push(Fault { pointer: pointer(index), code: code.to_owned(), detail });
            }
        }
    }
    if faults.is_empty() { Ok(meant) } else { Err(Refused::Faults(faults)) }
}

/// The thing of kind `K` that is meant, in the project or shared with it.
///
/// # Errors
/// As [`all_visible`].
pub async fn visible<K: Documented>(
    plan: &Plan<'_>,
    home: &InProject,
    given: &ReferenceInput,
    pointer: &str,
) -> Result<Reference, Refused> {
    let found = all_visible::<K>(plan, home, std::slice::from_ref(given), |_| pointer.to_owned()).await?;
    found.into_iter().next().ok_or(Refused::NotFound)
}

/// The things of kind `K` that are meant, in the project or shared with it, in the same order. By a name the project's
/// own is meant, where it has one.
///
/// # Errors
/// `unknown_reference`, `reference_disagrees`, and `ambiguous_reference` for a name under which several other projects
/// share something: every fault, at its pointer.
pub async fn all_visible<K: Documented>(
    plan: &Plan<'_>,
    home: &InProject,
    given: &[ReferenceInput],
    pointer: impl Fn(usize) -> String,
) -> Result<Vec<Reference>, Refused> {
    all_visible_of(plan, home, K::KIND, given, pointer).await
}

/// As [`all_visible`], of the kind of this name.
///
/// # Errors
/// As [`all_visible`].
pub async fn all_visible_of(
    plan: &Plan<'_>,
    home: &InProject,
    kind: &'static str,
    given: &[ReferenceInput],
    pointer: impl Fn(usize) -> String,
) -> Result<Vec<Reference>, Refused> {
    let found = visible_each(plan, home, kind, given).await?;
    gathered(found, pointer)
}

/// What each is found to mean, in the project or shared with it, or its fault.
async fn visible_each(
    plan: &Plan<'_>,
    home: &InProject,
    kind: &'static str,
    given: &[ReferenceInput],
) -> Result<Vec<Meant>, Refused> {
    let names: Vec<&str> = given.iter().filter_map(|one| one.name().map(Name::as_str)).collect();
    let ids: Vec<Uuid> = given.iter().filter_map(ReferenceInput::id).collect();
    let own = candidates(plan, home, kind, &names, &ids).await?;
    let shared = shared_candidates(plan, home, kind, &names, &ids).await?;
    let meant = |one: &ReferenceInput| match choose(&own, one, kind) {
        Err(("unknown_reference", _)) => {
            let several = |name: &&Name| shared.iter().filter(|it| it.name == name.as_str()).count() > 1;
            match one.name().filter(|_| one.id().is_none()).filter(several) {
                Some(name) => Err(ambiguous(kind, name)),
                None => choose(&shared, one, kind),
            }
        }
        found => found,
    };
    Ok(given.iter().map(meant).collect())
}

/// In which projects of the org a thing shall be usable, its own aside.
///
/// # Errors
/// The projects do not fit the mode, or are not there: at the pointer, which is where the sharing is.
pub async fn sharing(
    plan: &Plan<'_>,
    home: &InProject,
    given: &SharingInput,
    pointer: &str,
) -> Result<Sharing, Refused> {
    sharing_again(plan, home, None, given, pointer).await
}

/// As [`sharing`], of a thing that was shared `before`: the projects that it was shared with are not looked up again, as
/// they may have gone since.
///
/// # Errors
/// As [`sharing`].
pub async fn sharing_again(
    plan: &Plan<'_>,
    home: &InProject,
    before: Option<&Sharing>,
    given: &SharingInput,
    pointer: &str,
) -> Result<Sharing, Refused> {
    let fault = |code: &str, detail: &str| {
        let (pointer, code) = (format!("{pointer}/projects"), code.to_owned());
        Refused::Faults(vec![Fault { pointer, code, detail: detail.to_owned() }])
    };
    match (given.mode, given.projects.len()) {
        (SharingMode::None, 0) => Ok(Sharing::None),
        (SharingMode::All, 0) => Ok(Sharing::All),
        (SharingMode::None | SharingMode::All, _) => {
            Err(fault("unexpected", "projects are listed only where the mode is \"projects\""))
        }
        (SharingMode::Projects, 0) => Err(fault("required", "list at least one project")),
        (SharingMode::Projects, count) if count > MOST_SHARED_WITH => {
            Err(fault("too_many", "list at most 256 projects, or choose the mode \"all\""))
        }
        (SharingMode::Projects, _) => {
            let org = InOrg { org: home.org, partner: home.partner };
            let known = |one: &ReferenceInput| match before {
                Some(Sharing::Projects { projects }) => {
                    projects.iter().find(|known| one.id() == Some(known.id)).cloned()
                }
                Some(Sharing::None | Sharing::All) | None => None,
            };
            let mut projects: BTreeSet<Reference> = given.projects.iter().filter_map(known).collect();
            let new = given.projects.iter().cloned().enumerate().filter(|(_, one)| known(one).is_none());
            let (places, new): (Vec<usize>, Vec<ReferenceInput>) = new.unzip();
            let at = |index: usize| format!("{pointer}/projects/{}", places[index]);
            projects.extend(all::<Project>(plan, &org, &new, at).await?);
            Ok(Sharing::Projects { projects })
        }
    }
}

/// The thing of kind `K` beside `home` that has this name, such as the version of an add-on.
///
/// # Errors
/// `unknown_reference`, at the pointer.
pub async fn named<K: Documented>(
    plan: &Plan<'_>,
    home: &impl Home,
    name: &str,
    pointer: &str,
) -> Result<Reference, Refused> {
    let known = candidates(plan, home, K::KIND, &[name], &[]).await?;
    let found = known.into_iter().next().map(|found| Reference { id: found.id, name: found.name });
    found.ok_or_else(|| {
        let (code, detail) = unknown(K::KIND, &name);
        Refused::Faults(vec![Fault { pointer: pointer.to_owned(), code: code.to_owned(), detail }])
    })
}

/// What is there under these names and ids, what the plan makes included.
async fn candidates(
    plan: &Plan<'_>,
    home: &impl Home,
    kind: &'static str,
    names: &[&str],
    ids: &[Uuid],
) -> Result<Vec<Sighted>, Refused> {
    if names.is_empty() && ids.is_empty() {
        return Ok(vec![]);
    }
    let mut known = documents::siblings(&plan.app.pool, home.org(), home.parent(), kind, names, ids).await?;
    let made = || plan.made_in(home.parent(), kind);
    known.retain(|stored| made().all(|made| made.id != stored.id));
    let is_meant = |made: &&Sighted| names.contains(&made.name.as_str()) || ids.contains(&made.id);
    known.extend(made().filter(is_meant).cloned());
    Ok(known)
}

/// What other projects share with this one under these names and ids, what the plan makes included.
async fn shared_candidates(
    plan: &Plan<'_>,
    home: &InProject,
    kind: &'static str,
    names: &[&str],
    ids: &[Uuid],
) -> Result<Vec<Sighted>, Refused> {
    if names.is_empty() && ids.is_empty() {
        return Ok(vec![]);
    }
    let mut known = documents::shared(&plan.app.pool, home.org, home.project, kind, names, ids).await?;
    let made = plan.shared_with(home.org, home.project, kind);
    let new = made.filter(|made| names.contains(&made.name.as_str()) || ids.contains(&made.id));
    known.extend(new.cloned());
    known.sort_by_key(|one| one.id);
    known.dedup_by_key(|one| one.id);
    Ok(known)
}

/// By id where one is given; a name beside it must not be another thing's. (What it was renamed from is nobody's.)
fn choose(
    known: &[Sighted],
    given: &ReferenceInput,
    kind: &'static str,
) -> Result<Reference, (&'static str, String)> {
    let by_id = given.id().map(|id| known.iter().find(|one| one.id == id));
    let by_name = given.name().and_then(|name| known.iter().find(|one| one.name == name.as_str()));
    let meant = match (by_id, by_name) {
        (None, Some(named)) => named,
        (Some(Some(meant)), None) => meant,
        (Some(Some(meant)), Some(named)) if meant.id == named.id => meant,
        (Some(_), Some(named)) => {
            let detail = format!("the name is that of {}, and not of this id: send one of them", named.id);
            return Err(("reference_disagrees", detail));
        }
        (Some(None) | None, None) => return Err(unknown(kind, given)),
    };
    Ok(Reference { id: meant.id, name: meant.name.clone() })
}

fn ambiguous(kind: &'static str, name: &Name) -> (&'static str, String) {
    let detail = format!("several projects share a {kind} {name} with this one: refer to it by its id");
    ("ambiguous_reference", detail)
}

fn unknown(kind: &'static str, given: &impl std::fmt::Display) -> (&'static str, String) {
    ("unknown_reference", format!("there is no {kind} {given} here"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn sighted(id: u128, name: &str) -> Sighted {
        let (name, phase) = (name.to_owned(), String::new());
        Sighted { id: Uuid::from_u128(id), name, phase, owner: None, version: 1 }
    }

    fn sent(value: Value) -> Result<ReferenceInput, serde_json::Error> {
        serde_json::from_value(value)
    }

    /// What is meant, among a thing 1 called `a` and a thing 2 called `b`.
    fn meant(value: Value) -> Result<u128, &'static str> {
        let known = [sighted(1, "a"), sighted(2, "b")];
        let found = choose(&known, &sent(value).unwrap(), "Cluster");
        found.map(|reference| reference.id.as_u128()).map_err(|(code, _)| code)
    }

    fn id(number: u128) -> String {
        Uuid::from_u128(number).to_string()
    }

    #[test]
    fn a_thing_is_meant_by_its_name_or_its_id_or_both() {
        assert_eq!(meant(json!("a")), Ok(1));
        assert_eq!(meant(json!(id(2))), Ok(2));
        assert_eq!(meant(json!({ "name": "a" })), Ok(1));
        assert_eq!(meant(json!({ "id": id(2), "name": null })), Ok(2));
        assert_eq!(meant(json!({ "name": "b", "id": id(2) })), Ok(2));
    }

    #[test]
    fn a_name_that_nothing_has_any_more_does_not_disagree() {
        assert_eq!(meant(json!({ "name": "before", "id": id(2) })), Ok(2));
        assert_eq!(meant(json!({ "name": "a", "id": id(2) })), Err("reference_disagrees"));
        assert_eq!(meant(json!({ "name": "a", "id": id(3) })), Err("reference_disagrees"));
    }

    #[test]
    fn what_is_not_there_is_unknown() {
        for value in [json!("c"), json!(id(3)), json!({ "name": "c", "id": id(3) })] {
            assert_eq!(meant(value), Err("unknown_reference"));
        }
    }

    #[test]
    fn what_names_nothing_is_no_reference() {
        for value in [json!(null), json!(5), json!({}), json!("A b"), json!({ "name": "a", "kind": "x" })] {
            assert!(sent(value.clone()).is_err(), "{value}");
        }
    }
}
