//! Roles that somebody has by role bindings.

use crate::authz::{Grant, GrantScope};
use projections::role_bindings::Held;
use uuid::Uuid;
use values::Timestamp;

/// A role by a binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldBinding {
    /// The binding.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The role, and where.
    pub grant: Grant,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// The group through which it is held.
    pub group: Option<Uuid>,
    /// Whether it lets one of the partner's staff in.
    pub break_glass: bool,
}

impl HeldBinding {
    /// Whether its time is not over.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|end| now < end)
    }
}

impl From<Held> for HeldBinding {
    fn from(held: Held) -> Self {
        let Held { id, name, org, role, project, namespaces, until, group, break_glass } = held;
        let on = match project {
            None => GrantScope::Org(org),
            Some(project) if namespaces.is_empty() => GrantScope::Project { org, project },
            Some(project) => {
                GrantScope::Namespaces { org, project, namespaces: namespaces.into_iter().collect() }
            }
        };
        Self { id, name, grant: Grant { role, on }, until, group, break_glass }
    }
}
