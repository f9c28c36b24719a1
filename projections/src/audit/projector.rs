//! From events to entries. Pure.

use super::query::Documents;
use aggregates::access::{AccessEvent, Attempt, Outcome};
use aggregates::user::User;
use api::{Actor, ActorKind, AuditActor, AuditEntry, AuditOutcome, Change};
use cqrs_es::Aggregate;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;
use values::{ScopeId, Timestamp};

/// An event as the ledger keeps it, as far as the audit trail shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The installation's position.
    pub position: i64,
    /// The scope.
    pub scope: ScopeId,
    /// The position in the scope.
    pub scope_position: i64,
    /// For example `org`.
    pub aggregate_type: String,
    /// The aggregate.
    pub aggregate_id: Uuid,
    /// The event's place in the stream.
    pub sequence: i64,
    /// For example `org.created`.
    pub event_type: String,
    /// The version of its stored form.
    pub event_version: String,
    /// JSON, sealed spans in it.
    pub payload: String,
    /// Who, from where and why: sealed spans in it.
    pub metadata: BTreeMap<String, String>,
    /// When, in microseconds since the epoch.
    pub recorded_at: i64,
}

/// What one unit of work wrote to one stream, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group(Vec<Row>);

impl Group {
    /// The newest event.
    #[must_use]
    pub fn newest(&self) -> &Row {
        &self.0[0]
    }

    /// The oldest event.
    #[must_use]
    pub fn oldest(&self) -> &Row {
        &self.0[self.0.len() - 1]
    }

    /// Events of one stream, newest first, as one entry; `None` where there are none.
    #[must_use]
    pub fn of(rows: Vec<Row>) -> Option<Self> {
        (!rows.is_empty()).then_some(Self(rows))
    }

    fn takes(&self, row: &Row) -> bool {
        let oldest = self.oldest();
        oldest.position == row.position + 1
            && (&oldest.aggregate_type, oldest.aggregate_id) == (&row.aggregate_type, row.aggregate_id)
            && oldest.metadata.get("requestId") == row.metadata.get("requestId")
    }
}

/// Adds an event that is older than all before it.
pub fn push(groups: &mut Vec<Group>, row: Row) {
    match groups.last_mut() {
        Some(group) if group.takes(&row) => group.0.push(row),
        Some(_) | None => groups.push(Group(vec![row])),
    }
}

/// Kinds on the wire, and the aggregates that are of it.
const KINDS: [(&str, &[&str]); 4] = [
    ("Org", &["org"]),
    ("Partner", &["partner"]),
    ("User", &["membership", "user"]),
    ("ApiKey", &["apiKey"]),
];

/// The kind of an aggregate, as on the wire. Kinds that are made later follow the pattern: `project` is `Project`.
#[must_use]
pub fn kind_of(aggregate_type: &str) -> String {
    let known = KINDS.iter().find(|(_, types)| types.contains(&aggregate_type));
    known.map_or_else(|| capitalized(aggregate_type), |(kind, _)| (*kind).to_owned())
}

/// The aggregates of a kind.
#[must_use]
pub fn aggregate_types(kind: &str) -> Vec<String> {
    let known = KINDS.iter().find(|(name, _)| *name == kind);
    known.map_or_else(
        || vec![uncapitalized(kind)],
        |(_, types)| types.iter().map(|&name| name.to_owned()).collect(),
    )
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

fn uncapitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(characters).collect()
}

/// What is called what where nobody asked, and so nobody said what for.
const ACTIONS: [(&str, &str); 12] = [
    ("partner.created", "partner.create"),
    ("org.created", "org.create"),
    ("org.approved", "org.approve"),
    ("org.rejected", "org.reject"),
    ("org.updated", "org.update"),
    ("user.registered", "user.add"),
    ("membership.added", "user.add"),
    ("membership.updated", "user.update"),
    ("membership.removed", "user.remove"),
    ("apiKey.issued", "apiKey.issue"),
    ("apiKey.expired", "apiKey.expire"),
    ("apiKey.revoked", "apiKey.revoke"),
];

/// The action that an event of nobody's amounts to.
#[must_use]
pub fn derived_action(event_type: &str) -> &str {
    ACTIONS.iter().find(|(event, _)| *event == event_type).map_or(event_type, |(_, action)| action)
}

/// The events that amount to an action where nobody asked.
#[must_use]
pub fn event_types_of_action(action: &str) -> Vec<String> {
    ACTIONS.iter().filter(|(_, of)| *of == action).map(|(event, _)| (*event).to_owned()).collect()
}

/// The part of an event's payload that says why.
#[derive(Default, Deserialize)]
struct Reasoned {
    #[serde(default)]
    reason: Option<String>,
}

/// The entry that a group of events is. `installation`: positions are the installation's, with the scope's beside.
/// Sealed spans are in it still.
#[must_use]
pub fn entry(group: &Group, documents: Option<&Documents>, installation: bool) -> AuditEntry {
    let newest = group.newest();
    let said = |name: &str| newest.metadata.get(name).cloned();
    let attempt = attempt_of(newest);
    let action = said("action").unwrap_or_else(|| match &attempt {
        Some(attempt) => attempt.action.clone(),
        None => derived_action(&group.oldest().event_type).to_owned(),
    });
    let reason = serde_json::from_str(&newest.payload).unwrap_or(Reasoned::default()).reason;
    let after = documents.and_then(|it| serde_json::from_str::<Value>(&it.document).ok());
    let before = documents.and_then(|it| serde_json::from_str::<Value>(it.before.as_deref()?).ok());
    let project = after.as_ref().and_then(|it| it.pointer("/metadata/projectId")).and_then(Value::as_str);
    AuditEntry {
        position: if installation { newest.position } else { newest.scope_position },
        org_position: installation.then_some(newest.scope_position),
        org_id: installation.then_some(newest.scope.as_uuid()),
        time: time(newest.recorded_at),
        action,
        outcome: attempt.as_ref().map_or(AuditOutcome::Allowed, |attempt| outcome(attempt.outcome)),
        kind: attempt
            .as_ref()
            .map_or_else(|| kind_of(&newest.aggregate_type), |attempt| attempt.kind.clone()),
        object_id: object(newest, attempt.as_ref(), documents),
        object_name: documents.map(|it| it.name.clone()).filter(|name| !name.is_empty()),
        project_id: project
            .and_then(|id| id.parse().ok())
            .or_else(|| attempt.as_ref().and_then(|attempt| attempt.project)),
        actor: actor(said("actor").as_deref()),
        credential_id: said("credentialId"),
        auth_method: said("authMethod"),
        client: said("client"),
        source_ip: said("sourceIp").or_else(|| said("sourcePrefix")),
        request_id: said("requestId").unwrap_or_default(),
        correlation_id: said("correlationId").unwrap_or_default(),
        reason: reason.or_else(|| said("reason")),
        code: attempt.as_ref().filter(|it| it.outcome != Outcome::Allowed).map(|it| it.code.clone()),
        count: attempt.as_ref().map(|attempt| attempt.count).filter(|count| *count > 1),
        event_types: group
            .0
            .iter()
            .rev()
            .map(|row| format!("io.quarterdeck.{}.v{}", row.event_type, row.event_version))
            .collect(),
        // An identity is known to a partner, whose staff may not see who it is.
        changes: after
            .filter(|_| newest.aggregate_type != User::TYPE)
            .map(|after| changes(before.as_ref(), &after))
            .unwrap_or_default(),
    }
}

fn attempt_of(row: &Row) -> Option<Attempt> {
    if row.aggregate_type != "access" {
        return None;
    }
    match serde_json::from_str(&row.payload).ok()? {
        AccessEvent::Attempted(attempt) => Some(*attempt),
    }
}

/// A membership is shown as its user.
fn object(row: &Row, attempt: Option<&Attempt>, documents: Option<&Documents>) -> Option<Uuid> {
    match (row.aggregate_type.as_str(), attempt) {
        (_, Some(attempt)) => attempt.object,
        ("membership", None) => documents.and_then(|it| it.owner),
        (_, None) => Some(row.aggregate_id),
    }
}

pub(super) const fn outcome(outcome: Outcome) -> AuditOutcome {
    match outcome {
        Outcome::Allowed => AuditOutcome::Allowed,
        Outcome::Refused => AuditOutcome::Refused,
        Outcome::Denied => AuditOutcome::Denied,
        Outcome::Failed => AuditOutcome::Failed,
    }
}

fn actor(said: Option<&str>) -> AuditActor {
    let known = said.and_then(|json| serde_json::from_str::<Actor>(json).ok());
    known.map_or(AuditActor { kind: ActorKind::System, id: "quarterdeck".to_owned() }, AuditActor::from)
}

fn time(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap_or(Timestamp::MIN)
}

/// The most changes that an entry shows.
const MOST_CHANGES: usize = 200;

/// The members of `metadata` that people set.
const METADATA: [&str; 6] =
    ["name", "displayName", "description", "labels", "annotations", "deletionProtection"];

/// What changed from one version of a document to the next, field by field: `None` is before there was one. Arrays
/// count as one field. Sealed values are compared as they are.
#[must_use]
pub fn changes(before: Option<&Value>, after: &Value) -> Vec<Change> {
    let mut found = all_changes(before, after);
    found.truncate(MOST_CHANGES);
    found
}

/// The same, however many there are.
#[must_use]
pub fn all_changes(before: Option<&Value>, after: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    for member in METADATA {
        let pointer = format!("/metadata/{member}");
        compare(&pointer, before.and_then(|it| it.pointer(&pointer)), after.pointer(&pointer), &mut found);
    }
    for member in ["/spec", "/status"] {
        compare(member, before.and_then(|it| it.pointer(member)), after.pointer(member), &mut found);
    }
    found
}

/// The part of a document that [`changes`] compares: what people set of `metadata`, `spec` and `status`.
#[must_use]
pub fn compared(document: &Value) -> Value {
    let metadata = METADATA.iter().filter_map(|&member| {
        Some((member.to_owned(), document.pointer(&format!("/metadata/{member}"))?.clone()))
    });
    let metadata = Value::Object(metadata.collect());
    let others = ["spec", "status"].into_iter();
    let others = others.filter_map(|member| Some((member.to_owned(), document.get(member)?.clone())));
    Value::Object(std::iter::once(("metadata".to_owned(), metadata)).chain(others).collect())
}

fn compare(pointer: &str, old: Option<&Value>, new: Option<&Value>, found: &mut Vec<Change>) {
    if old == new {
        return;
    }
    let nothing = Map::new();
    let members = |value: Option<&Value>| match value {
        Some(Value::Object(members)) => Some(members.clone()),
        None | Some(Value::Null) => None,
        Some(_) => Some(Map::new()),
    };
    let is_object = |value: Option<&Value>| matches!(value, Some(Value::Object(_)));
    let is_nothing = |value: Option<&Value>| matches!(value, None | Some(Value::Null));
    let both_fit = (is_object(old) || is_nothing(old)) && (is_object(new) || is_nothing(new));
    if both_fit && (is_object(old) || is_object(new)) {
        let (old, new) = (members(old).unwrap_or(nothing.clone()), members(new).unwrap_or(nothing));
        for (name, value) in &new {
            compare(&below(pointer, name), old.get(name), Some(value), found);
        }
        for (name, value) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
            compare(&below(pointer, name), Some(value), None, found);
        }
        return;
    }
    let (old, new) = (old.cloned().unwrap_or_default(), new.cloned().unwrap_or_default());
    if old == new || (is_empty(&old) && is_empty(&new)) {
        return;
    }
    found.push(Change { pointer: pointer.to_owned(), old, new });
}

/// What says nothing, where nothing was said before.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The pointer of a member of what a pointer leads to (RFC 6901 §3).
#[must_use]
pub fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pointers(before: Option<&Value>, after: &Value) -> Vec<String> {
        changes(before, after).into_iter().map(|change| change.pointer).collect()
    }

    #[test]
    fn a_new_document_changes_what_it_says() {
        let after = json!({
            "metadata": {"id": "x", "name": "acme", "displayName": "", "labels": {"a/b": "1"}, "version": 1},
            "spec": {"quota": {"pods": 500}, "contact": null, "roles": []},
            "status": {"phase": "active"},
        });
        assert_eq!(
            pointers(None, &after),
            ["/metadata/name", "/metadata/labels/a~1b", "/spec/quota/pods", "/status/phase"]
        );
        assert_eq!(
            changes(None, &after)[2],
            Change { pointer: "/spec/quota/pods".into(), old: Value::Null, new: json!(500) }
        );
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let before = json!({"metadata": {"name": "a", "version": 1}, "spec": {"a": {"b": 1, "c": [1]}, "gone": {"x": 1}}});
        let after = json!({"metadata": {"name": "a", "version": 2}, "spec": {"a": {"b": 1, "c": [1, 2]}, "gone": null}});
        let changes = changes(Some(&before), &after);
        assert_eq!(changes.len(), 2);
        assert_eq!(changes[0], Change { pointer: "/spec/a/c".into(), old: json!([1]), new: json!([1, 2]) });
        assert_eq!(changes[1], Change { pointer: "/spec/gone/x".into(), old: json!(1), new: Value::Null });
        assert!(self::changes(Some(&after), &after).is_empty());
    }

    #[test]
    fn entries_do_not_grow_without_bound() {
        let labels: Map<String, Value> = (0..1_000).map(|n| (format!("k{n}"), json!("v"))).collect();
        let after = json!({"metadata": {"labels": labels}, "spec": {}});
        assert_eq!(changes(None, &after).len(), MOST_CHANGES);
    }
}
