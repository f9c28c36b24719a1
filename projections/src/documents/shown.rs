//! Parts of documents that many kinds have.

use aggregates::condition::{Condition, Truth};
use aggregates::reference::Reference;
use api::ConditionStatus;

/// A reference as it is shown.
#[must_use]
pub fn reference(reference: &Reference) -> api::Reference {
    api::Reference { name: reference.name.clone(), id: reference.id }
}

/// A condition as it is shown.
#[must_use]
pub fn condition(condition: &Condition) -> api::Condition {
    api::Condition {
        kind: condition.kind.clone(),
        status: match condition.status {
            Truth::True => ConditionStatus::True,
            Truth::False => ConditionStatus::False,
            Truth::Unknown => ConditionStatus::Unknown,
        },
        reason: condition.reason.clone(),
        message: condition.message.clone(),
        last_transition_time: condition.last_transition_time,
        observed_generation: condition.observed_generation,
    }
}
