//! What can have happened to a revision. Stored for ever: a stored form never changes.

use super::Revision;
use crate::facts::{ClaimChange, Facts, ReferenceChange, Requirement, Subject};
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

/// An event of a revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase")]
pub enum WorkloadRevisionEvent {
    /// It was published.
    Created(Box<Revision>),
}

impl DomainEvent for WorkloadRevisionEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created(_) => "workloadRevision.created",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

/// Its workload, which is changed in the same unit, speaks for both.
impl Facts for WorkloadRevisionEvent {
    fn claims(&self, _: Subject) -> Vec<ClaimChange> {
        vec![]
    }

    fn references(&self, _: Subject) -> Vec<ReferenceChange> {
        vec![]
    }

    fn requirements(&self, _: Subject) -> Vec<Requirement> {
        vec![]
    }

    fn changes_authority(&self) -> bool {
        false
    }
}
