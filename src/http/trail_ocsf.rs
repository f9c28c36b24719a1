//! Entries in the Open Cybersecurity Schema Framework (OCSF 1.3.0), for security information systems: each is an *API
//! Activity* (class 6003 of category 6, <https://schema.ocsf.io/1.3.0/classes/api_activity>).
//!
//! What the schema has no place for is under `unmapped`, by the names it has here.

use api::{ActorKind, AuditEntry, AuditOutcome};
use serde_json::{Map, Value, json};

/// The version of the schema.
const VERSION: &str = "1.3.0";
/// Application Activity.
const CATEGORY: u32 = 6;
/// API Activity.
const CLASS: u32 = 6003;

/// An entry as an API Activity.
pub(super) fn activity(entry: &AuditEntry) -> Value {
    let (activity, activity_name) = activity_of(&entry.action);
    let (status, status_name) = match entry.outcome {
        AuditOutcome::Allowed => (1, "Success"),
        AuditOutcome::Refused | AuditOutcome::Denied | AuditOutcome::Failed => (2, "Failure"),
    };
    let (severity, severity_name) = match entry.outcome {
        AuditOutcome::Allowed => (1, "Informational"),
        AuditOutcome::Refused => (2, "Low"),
        AuditOutcome::Denied | AuditOutcome::Failed => (3, "Medium"),
    };
    json!({
        "category_uid": CATEGORY,
        "category_name": "Application Activity",
        "class_uid": CLASS,
        "class_name": "API Activity",
        "activity_id": activity,
        "activity_name": activity_name,
        "type_uid": CLASS * 100 + activity,
        "type_name": format!("API Activity: {activity_name}"),
        "time": entry.time.as_micros().div_euclid(1_000),
        "severity_id": severity,
        "severity": severity_name,
        "status_id": status,
        "status": status_name,
        "status_code": entry.code,
        "count": entry.count.unwrap_or(1),
        "metadata": metadata(entry),
        "actor": actor(entry),
        "api": {
            "operation": entry.action,
            "request": { "uid": entry.request_id },
            "service": { "name": "Quarterdeck" },
            "version": "v1",
        },
        "src_endpoint": source(entry),
        "resources": resources(entry),
        "unmapped": unmapped(entry),
    })
}

/// The `activity_id` of an action, and its caption.
fn activity_of(action: &str) -> (u32, &'static str) {
    let verb = action.rsplit('.').next().unwrap_or_default();
    match verb {
        "create" | "add" | "issue" | "issueForOthers" | "signUp" => (1, "Create"),
        "read" | "list" | "export" => (2, "Read"),
        "update" | "write" | "rotate" | "revert" | "restore" => (3, "Update"),
        "delete" | "remove" | "revoke" | "erase" => (4, "Delete"),
        _ => (99, "Other"),
    }
}

fn metadata(entry: &AuditEntry) -> Value {
    json!({
        "version": VERSION,
        "product": { "name": "Quarterdeck", "vendor_name": "Quarterdeck" },
        "uid": entry.position.to_string(),
        "sequence": entry.position,
        "correlation_uid": entry.correlation_id,
        "log_name": "audit",
        "event_code": entry.event_types.first(),
    })
}

fn actor(entry: &AuditEntry) -> Value {
    // 1 User, 2 Admin, 3 System, of the schema's types of users.
    let (type_id, type_name) = match entry.actor.kind {
        ActorKind::User | ActorKind::ApiKey => (1, "User"),
        ActorKind::Operator => (2, "Admin"),
        ActorKind::Agent | ActorKind::System => (3, "System"),
    };
    let mut user = json!({ "uid": entry.actor.id, "type_id": type_id, "type": type_name });
    if let (Some(credential), Some(user)) = (&entry.credential_id, user.as_object_mut()) {
        user.insert("credential_uid".to_owned(), json!(credential));
    }
    json!({ "user": user })
}

/// The schema wants an endpoint also where nobody asked from anywhere.
fn source(entry: &AuditEntry) -> Value {
    match (&entry.source_ip, &entry.client) {
        // Counted attempts of strangers come from a prefix, which is no address.
        (Some(address), _) if !address.contains('/') => json!({ "ip": address }),
        (_, client) => json!({ "name": client.as_deref().unwrap_or("quarterdeck") }),
    }
}

fn resources(entry: &AuditEntry) -> Value {
    let mut resource = Map::from_iter([("type".to_owned(), json!(entry.kind))]);
    resource.extend(entry.object_id.map(|id| ("uid".to_owned(), json!(id))));
    resource.extend(entry.object_name.as_ref().map(|name| ("name".to_owned(), json!(name))));
    resource.extend(entry.project_id.map(|id| ("group".to_owned(), json!({ "type": "Project", "uid": id }))));
    json!([resource])
}

fn unmapped(entry: &AuditEntry) -> Value {
    json!({
        "outcome": entry.outcome,
        "authMethod": entry.auth_method,
        "client": entry.client,
        "reason": entry.reason,
        "orgId": entry.org_id,
        "orgPosition": entry.org_position,
        "eventTypes": entry.event_types,
        "changes": entry.changes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::AuditActor;
    use uuid::Uuid;
    use values::Timestamp;

    fn entry(action: &str, outcome: AuditOutcome) -> AuditEntry {
        AuditEntry {
            position: 7,
            org_position: None,
            org_id: None,
            time: Timestamp::from_micros(1_764_000_000_123_456).unwrap(),
            action: action.to_owned(),
            outcome,
            kind: "Project".to_owned(),
            object_id: Some(Uuid::from_u128(5)),
            object_name: Some("payments".to_owned()),
            project_id: None,
            actor: AuditActor { kind: ActorKind::User, id: "0193f3a0".to_owned() },
            credential_id: Some("QDAK0123456789ABCDEF".to_owned()),
            auth_method: Some("basic".to_owned()),
            client: Some("api".to_owned()),
            source_ip: Some("192.0.2.7".to_owned()),
            request_id: "r-1".to_owned(),
            correlation_id: "c-1".to_owned(),
            reason: None,
            code: None,
            count: None,
            event_types: vec!["io.quarterdeck.project.created.v1".to_owned()],
            changes: vec![],
        }
    }

    #[test]
    fn an_entry_has_what_the_class_requires() {
        let activity = activity(&entry("project.create", AuditOutcome::Allowed));
        // https://schema.ocsf.io/1.3.0/classes/api_activity: the attributes whose requirement is "required".
        for required in ["activity_id", "actor", "api", "category_uid", "class_uid", "metadata"] {
            assert!(!activity[required].is_null(), "{required}");
        }
        for required in ["severity_id", "src_endpoint", "time", "type_uid"] {
            assert!(!activity[required].is_null(), "{required}");
        }
        assert_eq!(activity["type_uid"], 600_301);
        assert_eq!(activity["time"], 1_764_000_000_123_u64);
        assert_eq!(activity["status_id"], 1);
        assert_eq!(activity["api"]["operation"], "project.create");
        assert_eq!(activity["resources"][0]["name"], "payments");
    }

    #[test]
    fn what_was_not_let_is_a_failure() {
        let mut denied = entry("cluster.approve", AuditOutcome::Denied);
        denied.code = Some("forbidden".to_owned());
        denied.source_ip = Some("192.0.2.0/24".to_owned());
        let activity = activity(&denied);
        assert_eq!((&activity["status_id"], &activity["severity_id"]), (&json!(2), &json!(3)));
        assert_eq!(activity["status_code"], "forbidden");
        assert_eq!(activity["type_uid"], 600_399);
        assert_eq!(activity["src_endpoint"], json!({ "name": "api" }));
    }
}
