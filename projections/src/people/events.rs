//! What is public of what happens to identities.

use crate::events::Published;
use aggregates::user::UserEvent;
use api::{NothingMore, UserEvent as Public, UserRegistered};
use values::ScopeId;

impl Published for UserEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Registered { home, email: _ } => Public::Registered(Box::new(UserRegistered {
                partner_id: (*home != ScopeId::PLATFORM).then_some(home.as_uuid()),
            })),
            Self::Erased { home: _, email: _ } => Public::Erased(Box::new(NothingMore {})),
        }
    }
}
