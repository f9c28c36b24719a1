//! What is public of what happens to memberships.

use crate::events::Published;
use aggregates::membership::{Access, MembershipEvent};
use api::{MembershipAdded, MembershipEvent as Public, MembershipUpdated, NothingMore};

impl Published for MembershipEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Added { user, kind: _, email: _, first_name: _, last_name: _, access, roles } => {
                Public::Added(Box::new(MembershipAdded {
                    user_id: *user,
                    access: match access {
                        Access::Console => api::Access::Console,
                        Access::Programmatic => api::Access::Programmatic,
                    },
                    roles: roles.clone(),
                }))
            }
            Self::Updated(update) => Public::Updated(Box::new(MembershipUpdated {
                roles: update.roles.clone(),
                names_changed: update.names.is_some().then_some(true),
            })),
            Self::Suspended { reason: _, administered: _ } => Public::Suspended(Box::new(NothingMore {})),
            Self::Reactivated { administers: _ } => Public::Reactivated(Box::new(NothingMore {})),
            Self::Removed { reason: _, administered: _ } => Public::Removed(Box::new(NothingMore {})),
            Self::Erased { user: _, person: _, administered: _ } => Public::Erased(Box::new(NothingMore {})),
        }
    }
}
