//! What is public of what happens to groups.

use crate::events::{Published, metadata_of, name_changes};
use aggregates::group::{GroupEvent, Member};
use api::{GroupCreated, GroupEvent as Public, GroupRestored, GroupUpdated, NameOnly};
use uuid::Uuid;

impl Published for GroupEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Created { name, profile, members } => Public::Created(Box::new(GroupCreated {
                metadata: metadata_of(name.as_str(), profile),
                member_ids: users(members),
            })),
            Self::Updated(update) => Public::Updated(Box::new(GroupUpdated {
                metadata: name_changes(update.name.as_ref().map(|(_, to)| to), update.profile.as_ref()),
                added_member_ids: users(&update.added),
                removed_member_ids: users(&update.removed),
            })),
            Self::Deleted { name, members: _ } => {
                Public::Deleted(Box::new(NameOnly { name: name.as_str().to_owned() }))
            }
            Self::Restored { name, members } => Public::Restored(Box::new(GroupRestored {
                name: name.as_str().to_owned(),
                member_ids: users(members),
            })),
        }
    }
}

fn users(members: &[Member]) -> Vec<Uuid> {
    members.iter().map(|member| member.user).collect()
}
