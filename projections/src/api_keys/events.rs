//! What is public of what happens to access keys.

use crate::events::Published;
use aggregates::api_key::{ApiKeyEvent, Issue};
use api::{ApiKeyEvent as Public, ApiKeyIssued, ApiKeyRotated, KeyScope, NothingMore};

impl Published for ApiKeyEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Issued(issue) => Public::Issued(Box::new(issued(issue))),
            Self::Rotated { membership: _, successor, works_until } => {
                Public::Rotated(Box::new(ApiKeyRotated {
                    successor_id: *successor,
                    works_until: *works_until,
                }))
            }
            Self::Revoked { membership: _, reason: _ } => Public::Revoked(Box::new(NothingMore {})),
            Self::Expired { membership: _ } => Public::Expired(Box::new(NothingMore {})),
            Self::Deleted { membership: _ } => Public::Deleted(Box::new(NothingMore {})),
        }
    }
}

fn issued(issue: &Issue) -> ApiKeyIssued {
    ApiKeyIssued {
        user_id: issue.user,
        name: issue.name.clone(),
        display_name: issue.display_name.clone(),
        description: issue.description.clone(),
        access_key_id: issue.access_key_id.clone(),
        scope: KeyScope {
            read_only: issue.scope.read_only,
            role_cap: issue.scope.role_cap,
            projects: issue.scope.projects.clone(),
            cidrs: issue.scope.cidrs.clone(),
        },
        expires_at: issue.expires_at,
        by_partner: issue.by_partner,
    }
}
