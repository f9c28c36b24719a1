//! What can have been tried. Stored for ever: a stored form never changes.

use crate::facts::{ClaimChange, Facts, ReferenceChange, Requirement, Subject};
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An event of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AccessEvent {
    /// Somebody tried something.
    Attempted(Box<Attempt>),
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It was let, and changed nothing: a secret read, an export.
    Allowed,
    /// A rule stood against it.
    Refused,
    /// A right was missing.
    Denied,
    /// The service could not.
    Failed,
}

impl Outcome {
    /// The form on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

/// What was tried. Who, from where and by which credential is in the entry's metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// How it ended.
    pub outcome: Outcome,
    /// What was asked, for example `org.approve`.
    pub action: String,
    /// The stable code of the answer.
    pub code: String,
    /// The kind of thing it was asked of, for example `Org`.
    pub kind: String,
    /// The route that was asked for, as a template: what a caller puts into a path may be personal.
    pub route: String,
    /// The thing it was asked of, where the caller named it by id.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub object: Option<Uuid>,
    /// The project it was asked in, where the path named one that is there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub project: Option<Uuid>,
    /// How many such attempts this entry stands for.
    pub count: u64,
}

impl DomainEvent for AccessEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Attempted(_) => "access.attempted",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for AccessEvent {
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
