//! Some members of an org, to give roles to together.
//!
//! ```text
//! (none) ── Create ──► active ── Delete ──► deleted ── Restore ──► active
//! ```
//!
//! A group that a role binding gives a role to cannot be deleted. Deleting releases the name. Who leaves the org
//! leaves its groups.

mod command;
mod error;
mod event;

pub use command::GroupCommand;
pub use error::GroupRefusal;
pub use event::{GroupEvent, GroupUpdate};

use crate::{emit, profile::Profile};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;
use values::{Name, Sealed};

/// The most members of a group.
pub const MOST_MEMBERS: usize = 1_000;

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// The user.
    pub user: Uuid,
    /// Its membership of the group's org.
    pub membership: Uuid,
    /// Its address.
    pub email: Sealed,
}

/// Who is in a group, by user.
pub type Members = BTreeMap<Uuid, Member>;

/// A group's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// Its name, once it has one.
    pub name: Option<Name>,
    /// Whether it is deleted.
    pub deleted: bool,
    /// What people wrote on it.
    pub profile: Profile,
    /// Who is in it.
    pub members: Members,
}

impl Aggregate for Group {
    type Command = GroupCommand;
    type Error = GroupRefusal;
    type Event = GroupEvent;
    type Services = ();

    const TYPE: &'static str = "group";

    async fn handle(
        &mut self,
        command: GroupCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), GroupRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: GroupEvent) {
        match event {
            GroupEvent::Created { name, profile, members } => {
                self.name = Some(name);
                self.profile = profile;
                self.members = by_user(members);
            }
            GroupEvent::Updated(update) => update.apply_to(self),
            GroupEvent::Deleted { .. } => self.deleted = true,
            GroupEvent::Restored { members, .. } => {
                self.deleted = false;
                self.members = by_user(members);
            }
        }
    }
}

impl Group {
    /// The rulebook: which events a command makes in this state. No events means "already so".
    ///
    /// # Errors
    /// A rule broken, with what to do about it.
    pub fn decide(&self, command: GroupCommand) -> Result<Vec<GroupEvent>, GroupRefusal> {
        use GroupCommand as C;
        match (&self.name, self.deleted, command) {
            (None, _, C::Create { name, profile, members }) => {
                let members = few_enough(members)?.into_values().collect();
                Ok(vec![GroupEvent::Created { name, profile, members }])
            }
            (None, _, C::Update { .. } | C::Forget { .. } | C::Delete | C::Restore { .. }) => {
                Err(GroupRefusal::NotFound)
            }
            (Some(_), _, C::Create { .. }) => Err(GroupRefusal::AlreadyExists),
            (Some(name), true, C::Restore { members }) => {
                let members = members.into_values().filter(|it| self.members.contains_key(&it.user));
                Ok(vec![GroupEvent::Restored { name: name.clone(), members: members.collect() }])
            }
            (Some(_), true, C::Update { .. }) => Err(GroupRefusal::Deleted),
            (Some(_), true, C::Delete | C::Forget { .. }) | (Some(_), false, C::Restore { .. }) => Ok(vec![]),
            (Some(is), false, C::Update { name, profile, members }) => {
                Ok(self.update(is, name, profile, &few_enough(members)?))
            }
            (Some(name), false, C::Forget { user }) => {
                let mut members = self.members.clone();
                members.remove(&user);
                Ok(self.update(name, name.clone(), self.profile.clone(), &members))
            }
            (Some(_), false, C::Delete) if self.profile.deletion_protection => {
                Err(GroupRefusal::DeletionProtected)
            }
            (Some(name), false, C::Delete) => {
                let members = self.members.values().cloned().collect();
                Ok(vec![GroupEvent::Deleted { name: name.clone(), members }])
            }
        }
    }

    fn update(&self, is: &Name, name: Name, profile: Profile, members: &Members) -> Vec<GroupEvent> {
        let update = GroupUpdate::between(is, self, name, profile, members);
        update.map(|update| GroupEvent::Updated(Box::new(update))).into_iter().collect()
    }
}

fn by_user(members: Vec<Member>) -> Members {
    members.into_iter().map(|member| (member.user, member)).collect()
}

fn few_enough(members: Members) -> Result<Members, GroupRefusal> {
    if members.len() > MOST_MEMBERS {
        return Err(GroupRefusal::TooManyMembers { most: MOST_MEMBERS });
    }
    Ok(members)
}
