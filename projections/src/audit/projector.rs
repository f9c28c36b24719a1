//! From events to entries. Pure.

use super::diff::changes;
use super::query::Documents;
use aggregates::access::{AccessEvent, Attempt, Outcome};
use api::{Actor, ActorKind, AuditActor, AuditEntry, AuditOutcome};
use serde::Deserialize;
use serde_json::Value;
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
        project_id: project.and_then(|id| id.parse().ok()),
        actor: actor(said("actor").as_deref()),
        credential_id: said("credentialId"),
        auth_method: said("authMethod"),
        client: said("client"),
        source_ip: said("sourceIp").or_else(|| said("sourcePrefix")),
        request_id: said("requestId").unwrap_or_default(),
        correlation_id: said("correlationId").unwrap_or_default(),
        reason: reason.or_else(|| said("reason")),
        code: attempt.as_ref().map(|attempt| attempt.code.clone()),
        count: attempt.as_ref().map(|attempt| attempt.count).filter(|count| *count > 1),
        event_types: group
            .0
            .iter()
            .rev()
            .map(|row| format!("io.quarterdeck.{}.v{}", row.event_type, row.event_version))
            .collect(),
        changes: after.map(|after| changes(before.as_ref(), &after)).unwrap_or_default(),
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

const fn outcome(outcome: Outcome) -> AuditOutcome {
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
