//! Edits of a document: what a merge patch makes of it, or an earlier one.

use super::body::{self, ARTIFACT_LIMIT, MergePatch};
use crate::app::plan::Edit;
use crate::app::{Fault, Refused};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The edit that a merge patch (RFC 7396) is.
#[must_use]
pub fn patch<T: DeserializeOwned>(patch: MergePatch) -> Edit<T> {
    Box::new(move |current| body::decode(&patch.apply(current)).map_err(faults))
}

/// As [`patch`], of a thing with an artifact at `/spec/artifact`: that is one value, which a patch replaces as a whole,
/// so that nobody has to clear the members of the one before.
#[must_use]
pub fn patch_with_artifact<T: DeserializeOwned>(patch: MergePatch<ARTIFACT_LIMIT>) -> Edit<T> {
    let replaces = patch.patch.pointer("/spec/artifact").is_some_and(Value::is_object);
    Box::new(move |mut current| {
        if replaces && let Some(artifact) = current.pointer_mut("/spec/artifact") {
            *artifact = Value::Null;
        }
        body::decode(&patch.apply(current)).map_err(faults)
    })
}

/// As [`patch`], of a kind of which no reply shows the members at these pointers (RFC 6901). A merge patch could not clear
/// what is not shown: here it does where it says `null`.
#[must_use]
pub fn patch_with_write_only<T: DeserializeOwned>(
    patch: MergePatch,
    write_only: &'static [&'static str],
) -> Edit<T> {
    Box::new(move |current| {
        let mut edited = patch.apply(current);
        for pointer in write_only {
            if patch.patch.pointer(pointer).is_some_and(Value::is_null)
                && let Some((parent, member)) = pointer.rsplit_once('/')
                && let Some(Value::Object(members)) = edited.pointer_mut(parent)
            {
                members.insert(member.to_owned(), Value::Null);
            }
        }
        body::decode(&edited).map_err(faults)
    })
}

/// The edit that makes a thing what an earlier document says. What it refers to is meant by id: names may have moved on
/// since.
#[must_use]
pub fn back_to<T: DeserializeOwned>(mut then: Value) -> Edit<T> {
    if let Some(spec) = then.get_mut("spec") {
        by_id(spec);
    }
    Box::new(move |_| body::decode(&then).map_err(faults))
}

/// Drops the names of references that have an id beside.
fn by_id(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let is_reference = members.len() == 2
                && members.contains_key("name")
                && members.get("id").is_some_and(Value::is_string);
            if is_reference {
                members.remove("name");
            } else {
                members.values_mut().for_each(by_id);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(by_id),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn faults(problems: Vec<super::problem::FieldProblem>) -> Refused {
    Refused::Faults(
        problems
            .into_iter()
            .map(|problem| Fault { pointer: problem.pointer, code: problem.code, detail: problem.detail })
            .collect(),
    )
}
