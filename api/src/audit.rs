//! The audit trail.

use crate::{Actor, ActorKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use values::Timestamp;

/// One thing that somebody did, or tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Its place in the scope's order, or in the installation's where that is what was asked.
    pub position: i64,
    /// Its place in its org's order, in lists of the installation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub org_position: Option<i64>,
    /// The org, partner or platform it belongs to, in lists of the installation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub org_id: Option<Uuid>,
    /// When it was recorded.
    pub time: Timestamp,
    /// What was asked, for example `project.create`.
    #[schema(example = "org.create")]
    pub action: String,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// The kind of the object.
    #[schema(example = "Org")]
    pub kind: String,
    /// The object's id.
    pub object_id: Option<Uuid>,
    /// The object's name at the time.
    pub object_name: Option<String>,
    /// The project it is in.
    pub project_id: Option<Uuid>,
    /// Who.
    pub actor: AuditActor,
    /// The public half of the access key that was shown.
    pub credential_id: Option<String>,
    /// How it was shown.
    #[schema(example = "basic")]
    pub auth_method: Option<String>,
    /// By which kind of client: `console`, `rctl`, `api` or `agent`.
    pub client: Option<String>,
    /// From where.
    pub source_ip: Option<String>,
    /// The request.
    pub request_id: String,
    /// What belongs together.
    pub correlation_id: String,
    /// Why, as the caller said.
    pub reason: Option<String>,
    /// The stable code of the answer, where it was not let.
    pub code: Option<String>,
    /// How many attempts the entry stands for, where it stands for several.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub count: Option<u64>,
    /// What was recorded.
    pub event_types: Vec<String>,
    /// What changed in the object.
    pub changes: Vec<Change>,
}

/// Who acted, in the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditActor {
    /// What kind of actor.
    pub kind: ActorKind,
    /// A user's id, or the name of a part of the system.
    pub id: String,
}

impl From<Actor> for AuditActor {
    /// In the audit trail the actor is whose key it was; the key stands beside it.
    fn from(actor: Actor) -> Self {
        match (actor.kind, actor.user_id) {
            (ActorKind::ApiKey, Some(user)) => Self { kind: ActorKind::User, id: user.to_string() },
            (kind, _) => Self { kind, id: actor.id },
        }
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum AuditOutcome {
    /// It was done.
    Allowed,
    /// A rule stood against it.
    Refused,
    /// A right was missing.
    Denied,
    /// The service could not.
    Failed,
}

/// One field's change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// Where (RFC 6901).
    #[schema(example = "/metadata/displayName")]
    pub pointer: String,
    /// What was there; `null` for nothing.
    pub old: Value,
    /// What is there now; `null` for nothing.
    pub new: Value,
}
