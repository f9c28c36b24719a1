//! References to versions: from the name of an add-on or blueprint and the name of a version to the version that is meant.

use super::{Refused, visible_each};
use crate::app::Fault;
use crate::app::home::{InProject, Inside};
use crate::app::plan::Plan;
use aggregates::addon::Addon;
use aggregates::addon_version::AddonVersion;
use aggregates::blueprint::Blueprint;
use aggregates::blueprint_version::BlueprintVersion;
use aggregates::reference::Reference;
use aggregates::version_use::VersionReference;
use api::ReferenceInput;
use projections::documents::{Documented, Sighted};
use values::VersionName;

/// The phase of a version that can be used.
const ACTIVE: &str = "active";

/// A kind whose things are versions of others.
pub trait Versioned: Documented {
    /// What they are versions of.
    type Of: Documented;
}

impl Versioned for AddonVersion {
    type Of = Addon;
}

impl Versioned for BlueprintVersion {
    type Of = Blueprint;
}

/// A version, as people refer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionMeant {
    /// What it is a version of.
    pub of: ReferenceInput,
    /// Its name.
    pub version: VersionName,
}

/// The active version of kind `K` that is meant, of a thing in the project or shared with it. `known` is referred to
/// already, and found again whatever has become of it since. `pointer` is where the reference is (RFC 6901), with `name`
/// and `version` in it.
///
/// # Errors
/// As [`versions`].
pub async fn version<K: Versioned>(
    plan: &Plan<'_>,
    home: &InProject,
    known: Option<&VersionReference>,
    given: &VersionMeant,
    pointer: &str,
) -> Result<VersionReference, Refused> {
    let known: Vec<VersionReference> = known.into_iter().cloned().collect();
    let found =
        versions::<K>(plan, home, &known, std::slice::from_ref(given), |_| pointer.to_owned()).await?;
    found.into_iter().next().ok_or(Refused::NotFound)
}

/// The active versions of kind `K` that are meant, in the same order.
///
/// # Errors
/// `unknown_reference`, `reference_disagrees`, `ambiguous_reference` at `name`; `unknown_reference` and
/// `version_not_active` at `version`: every fault, at its pointer.
pub async fn versions<K: Versioned>(
    plan: &Plan<'_>,
    home: &InProject,
    known: &[VersionReference],
    given: &[VersionMeant],
    pointer: impl Fn(usize) -> String,
) -> Result<Vec<VersionReference>, Refused> {
    let kept: Vec<Option<&VersionReference>> =
        given.iter().map(|one| known.iter().find(|known| is_meant(known, one))).collect();
    let new: Vec<ReferenceInput> =
        given.iter().zip(&kept).filter(|(_, kept)| kept.is_none()).map(|(one, _)| one.of.clone()).collect();
    let mut of = visible_each(plan, home, K::Of::KIND, &new).await?.into_iter();
    let (mut found, mut faults) = (vec![], vec![]);
    for (index, (one, kept)) in given.iter().zip(kept).enumerate() {
        if let Some(kept) = kept {
            found.push(kept.clone());
            continue;
        }
        let outcome = match of.next() {
            Some(Ok(of)) => {
                active::<K>(plan, home, &of, &one.version).await?.map_err(|fault| ("version", fault))
            }
            Some(Err(fault)) => Err(("name", fault)),
            None => return Err(Refused::NotFound),
        };
        match outcome {
            Ok(version) => found.push(version),
            Err((member, (code, detail))) => {
                let pointer = format!("{}/{member}", pointer(index));
                faults.push(Fault { pointer, code: code.to_owned(), detail });
            }
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(Refused::Faults(faults)) }
}

/// Whether a version that is referred to already is the one that is meant: its names, and the id where there is one.
fn is_meant(known: &VersionReference, given: &VersionMeant) -> bool {
    let same = match (given.of.id(), given.of.name()) {
        (Some(id), _) => id == known.of.id,
        (None, Some(name)) => name.as_str() == known.of.name,
        (None, None) => false,
    };
    same && given.version.as_str() == known.version.name
}

/// The active version of this name, or why there is none.
async fn active<K: Versioned>(
    plan: &Plan<'_>,
    home: &InProject,
    of: &Reference,
    name: &VersionName,
) -> Result<Result<VersionReference, (&'static str, String)>, Refused> {
    let inside = Inside { home: *home, parent: of.id };
    let found: Vec<Sighted> = super::candidates(plan, &inside, K::KIND, &[name.as_str()], &[]).await?;
    Ok(match found.into_iter().next() {
        Some(found) if found.phase == ACTIVE => {
            Ok(VersionReference { of: of.clone(), version: Reference { id: found.id, name: found.name } })
        }
        Some(found) => {
            // What the plan itself makes has no phase yet: it begins as a draft.
            let phase = if found.phase.is_empty() { "draft" } else { &found.phase };
            let detail = format!("the version {name} of {} is {phase}: activate it first", of.name);
            Err(("version_not_active", detail))
        }
        None => Err(("unknown_reference", format!("{} has no version {name}", of.name))),
    })
}
