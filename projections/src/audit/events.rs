//! What is public of attempts.

use super::projector::outcome;
use crate::events::Published;
use aggregates::access::AccessEvent;
use api::{AccessAttempted, AccessEvent as Public};

impl Published for AccessEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Attempted(attempt) => Public::Attempted(Box::new(AccessAttempted {
                outcome: outcome(attempt.outcome),
                action: attempt.action.clone(),
                code: attempt.code.clone(),
                kind: attempt.kind.clone(),
                route: attempt.route.clone(),
                object_id: attempt.object,
                project_id: attempt.project,
                count: attempt.count,
            })),
        }
    }
}
