//! What somebody tried.

use super::events;
use crate::AuditOutcome;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

events! {
    /// Events of attempts.
    AccessEvent: "access" in "attempts" {
        /// Somebody tried what was refused, denied or failed, or read what is recorded when it is read.
        Attempted(AccessAttempted) = "attempted",
    }
}

/// Somebody tried something. Who, is the event's actor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessAttempted {
    /// How it ended.
    pub outcome: AuditOutcome,
    /// What was asked.
    #[schema(example = "org.approve")]
    pub action: String,
    /// The stable code of the answer.
    #[schema(example = "forbidden")]
    pub code: String,
    /// The kind of thing it was asked of.
    #[schema(example = "Org")]
    pub kind: String,
    /// The route that was asked for, as a template.
    #[schema(example = "/v1/orgs/{org}/approve")]
    pub route: String,
    /// The thing it was asked of, where it was named by its id.
    pub object_id: Option<Uuid>,
    /// The project it was asked in, where there is one.
    pub project_id: Option<Uuid>,
    /// How many such attempts the event stands for.
    pub count: u64,
}
