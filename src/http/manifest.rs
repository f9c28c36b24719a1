//! Documents of an apply: what they declare and where, read from their members; and what they came to, as it is sent.

use super::body::{self, Located};
use super::problem::{Pointer, Problem, ProblemCode};
use crate::app::Fault;
use crate::app::apply::{Declaration, Document, Outcome, Where};
use crate::app::declared::Outcome as Declared;
use api::{ApplyOutcome, ApplyReply, ApplyResult};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The kinds that can be applied.
const KINDS: &str = "Project, Group, RoleBinding, Addon, AddonVersion, Blueprint, BlueprintVersion, Cluster, Namespace, Workload or Webhook";

/// A document, and what is said of it in the answer.
#[derive(Debug)]
pub struct Manifest {
    /// The document.
    pub document: Document,
    /// What it is called in the answer.
    pub label: Label,
}

/// What a document is called in the answer.
#[derive(Clone, Debug)]
pub struct Label {
    line: usize,
    kind: String,
    name: String,
    place: Where,
}

/// Reads a document. `is_yaml` says whether a hint to quote helps.
#[must_use]
pub fn manifest(located: Located, is_yaml: bool) -> Manifest {
    let Located { line, mut value } = located;
    let text = |value: &Value, pointer: &str| {
        value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let (kind, name) = (text(&value, "/kind"), text(&value, "/metadata/name"));
    let mut faults = vec![];
    let (mut place, mut activate) = (Where::default(), false);
    let parent = match kind.as_str() {
        "AddonVersion" => Some("addon"),
        "BlueprintVersion" => Some("blueprint"),
        _ => None,
    };
    if is_in_project(&kind) {
        place.project = take_text(&mut value, "metadata", "project", &mut faults);
    }
    if let Some(parent) = parent {
        place.parent = take_text(&mut value, "metadata", parent, &mut faults);
        activate = take_flag(&mut value, "spec", "active", &mut faults);
    }
    let declaration = match declaration(&kind, &value) {
        Ok(declaration) if faults.is_empty() => Ok(declaration),
        Ok(_) => Err(faults),
        Err(more) => Err(faults.into_iter().chain(more).map(|fault| hinted(fault, is_yaml)).collect()),
    };
    let label = Label { line, kind, name, place: place.clone() };
    Manifest { document: Document { declaration, place, activate }, label }
}

fn is_in_project(kind: &str) -> bool {
    matches!(
        kind,
        "Addon" | "AddonVersion" | "Blueprint" | "BlueprintVersion" | "Cluster" | "Namespace" | "Workload"
    )
}

fn declaration(kind: &str, value: &Value) -> Result<Declaration, Vec<Fault>> {
    match kind {
        "Project" => read(value).map(Declaration::Project),
        "Group" => read(value).map(Declaration::Group),
        "RoleBinding" => read(value).map(Declaration::RoleBinding),
        "Addon" => read(value).map(Declaration::Addon),
        "AddonVersion" => read(value).map(Declaration::AddonVersion),
        "Blueprint" => read(value).map(Declaration::Blueprint),
        "BlueprintVersion" => read(value).map(Declaration::BlueprintVersion),
        "Cluster" => read(value).map(Declaration::Cluster),
        "Namespace" => read(value).map(Declaration::Namespace),
        "Workload" => read(value).map(Declaration::Workload),
        "Webhook" => read(value).map(Declaration::Webhook),
        _ if !value.is_object() => Err(vec![fault("", "invalid_type", "expected a document".to_owned())]),
        "" => Err(vec![fault("/kind", "required", format!("say which kind it is: {KINDS}"))]),
        other => {
            let detail = format!("{other:?} cannot be applied: send {KINDS}");
            Err(vec![fault("/kind", "unknown_kind", detail)])
        }
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<Box<T>, Vec<Fault>> {
    let faults = |problems: Vec<super::problem::FieldProblem>| {
        let fault = |it: super::problem::FieldProblem| fault(&it.pointer, &it.code, it.detail);
        problems.into_iter().map(fault).collect()
    };
    body::decode(value).map(Box::new).map_err(faults)
}

fn fault(pointer: &str, code: &str, detail: String) -> Fault {
    Fault { pointer: pointer.to_owned(), code: code.to_owned(), detail }
}

fn at(within: &str, member: &str) -> String {
    let mut pointer = Pointer::root();
    pointer.push(within);
    pointer.push(member);
    pointer.to_string()
}

fn take(value: &mut Value, within: &str, member: &str) -> Option<Value> {
    value
        .get_mut(within)
        .and_then(Value::as_object_mut)
        .and_then(|members: &mut Map<_, _>| members.remove(member))
}

fn take_text(value: &mut Value, within: &str, member: &str, faults: &mut Vec<Fault>) -> Option<String> {
    match take(value, within, member) {
        Some(Value::String(text)) => return Some(text),
        None => faults.push(fault(&at(within, member), "required", format!("say in which {member} it is"))),
        Some(_) => {
            let detail = format!("expected the name or the id of the {member}");
            faults.push(fault(&at(within, member), "invalid_type", detail));
        }
    }
    None
}

fn take_flag(value: &mut Value, within: &str, member: &str, faults: &mut Vec<Fault>) -> bool {
    match take(value, within, member) {
        None => false,
        Some(Value::Bool(flag)) => flag,
        Some(_) => {
            faults.push(fault(&at(within, member), "invalid_type", "expected true or false".to_owned()));
            false
        }
    }
}

/// A number where a text is expected is mostly a version that YAML takes for one.
fn hinted(mut fault: Fault, is_yaml: bool) -> Fault {
    let is_no_text = ["found integer", "found floating point", "found boolean"];
    if is_yaml && fault.code == "invalid_type" && is_no_text.iter().any(|it| fault.detail.contains(it)) {
        fault.detail.push_str("; write it in quotes where it is a text");
    }
    fault
}

/// What an apply came to, as it is sent.
#[must_use]
pub fn reply(labels: &[Label], outcomes: &[Outcome], atomic: bool, dry_run: bool) -> ApplyReply {
    let results = labels.iter().zip(outcomes).enumerate();
    let results = results.map(|(index, (label, outcome))| result(index, label, outcome)).collect();
    ApplyReply { atomic, dry_run: dry_run.then_some(true), results }
}

/// What stands against an apply that is all or nothing: the first document that was refused, and each with what it would
/// have come to.
#[must_use]
pub fn refusal(labels: &[Label], outcomes: &[Outcome]) -> Problem {
    let refused: Vec<(&Label, Problem)> = labels
        .iter()
        .zip(outcomes)
        .filter_map(|(label, outcome)| Some((label, outcome.clone().err()?.into())))
        .collect();
    let (count, all) = (refused.len(), labels.len());
    let Some((label, first)) = refused.into_iter().next() else {
        return Problem::plain(ProblemCode::ApplyRefused);
    };
    let Label { line, kind, name, .. } = label;
    let status = if matches!(first.status(), 403 | 409) { first.status() } else { 422 };
    let detail = format!(
        "{count} of {all} documents are refused, and nothing was recorded. The first, on line {line} ({kind} {name}): {}",
        first.detail()
    );
    let results: Vec<Value> = labels
        .iter()
        .zip(outcomes)
        .enumerate()
        .map(|(index, (label, outcome))| serde_json::json!(result(index, label, outcome)))
        .collect();
    Problem::new(ProblemCode::ApplyRefused, detail).with_status(status).with("results", results)
}

fn result(index: usize, label: &Label, outcome: &Outcome) -> ApplyResult {
    let Label { line, kind, name, place } = label.clone();
    let (result, id, version, problem) = match outcome {
        Ok(applied) => {
            let result = match applied.outcome {
                Declared::Created => ApplyOutcome::Created,
                Declared::Configured => ApplyOutcome::Configured,
                Declared::Unchanged => ApplyOutcome::Unchanged,
            };
            (result, Some(applied.id), Some(applied.version), None)
        }
        Err(why) => (ApplyOutcome::Refused, None, None, Some(Problem::from(why.clone()).as_value())),
    };
    let Where { project, parent } = place;
    ApplyResult { index, line, kind, name, project, parent, result, id, version, problem }
}
