//! Conditions: what is the case about a thing, in the form of Kubernetes (`metav1.Condition`).

use serde::{Deserialize, Serialize};
use values::Timestamp;

/// Whether something is the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Truth {
    /// It is.
    True,
    /// It is not.
    False,
    /// Nobody knows.
    Unknown,
}

/// One thing that is or is not the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// What, in `PascalCase`; unique in a list of conditions.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it is the case.
    pub status: Truth,
    /// Why, as one word in `PascalCase`.
    pub reason: String,
    /// Why, for people.
    pub message: String,
    /// Since when it is so.
    pub last_transition_time: Timestamp,
    /// The version of the thing that it was observed of.
    pub observed_generation: i64,
}

/// Sets a condition among others, ordered by type. The time stays what it was unless the status changes.
pub fn set(conditions: &mut Vec<Condition>, mut condition: Condition) {
    match conditions.binary_search_by(|other| other.kind.cmp(&condition.kind)) {
        Ok(index) => {
            let before = &mut conditions[index];
            if before.status == condition.status {
                condition.last_transition_time = before.last_transition_time;
            }
            *before = condition;
        }
        Err(index) => conditions.insert(index, condition),
    }
}
