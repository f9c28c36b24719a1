//! Edits of a document: what a merge patch makes of it.

use super::body::{self, MergePatch};
use crate::app::plan::Edit;
use crate::app::{Fault, Refused};
use serde::de::DeserializeOwned;

/// The edit that a merge patch (RFC 7396) is.
#[must_use]
pub fn patch<T: DeserializeOwned>(patch: MergePatch) -> Edit<T> {
    Box::new(move |current| body::decode(&patch.apply(current)).map_err(faults))
}

fn faults(problems: Vec<super::problem::FieldProblem>) -> Refused {
    Refused::Faults(
        problems
            .into_iter()
            .map(|problem| Fault { pointer: problem.pointer, code: problem.code, detail: problem.detail })
            .collect(),
    )
}
