//! Conditions: what is the case about a thing, in the form of Kubernetes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::Timestamp;

/// Whether something is the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum ConditionStatus {
    /// It is.
    True,
    /// It is not.
    False,
    /// Nobody knows.
    Unknown,
}

/// One thing that is or is not the case (`metav1.Condition` of Kubernetes).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// What; unique in the list.
    #[serde(rename = "type")]
    #[schema(example = "Ready")]
    pub kind: String,
    /// Whether it is the case.
    pub status: ConditionStatus,
    /// Why, in one word.
    #[schema(example = "AgentConnected")]
    pub reason: String,
    /// Why, for people.
    pub message: String,
    /// Since when it is so.
    pub last_transition_time: Timestamp,
    /// The version of the thing that it was observed of.
    pub observed_generation: i64,
}
