//! What happens to role bindings.

use super::{EventMetadata, EventMetadataChanges, changes, events};
use crate::{BindingScope, SubjectKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::{Role, Timestamp};

events! {
    /// Events of role bindings.
    RoleBindingEvent: "roleBinding" in "role-bindings" {
        /// A user or a group was given a role.
        Created(RoleBindingCreated) = "created",
        /// Who has which role where, or until when, changed; or what people wrote on the binding.
        Updated(RoleBindingUpdated) = "updated",
        /// Its time is over.
        Expired(RoleBindingEnded) = "expired",
        /// It was deleted; its name is free again.
        Deleted(RoleBindingNamed) = "deleted",
        /// It came back as it was.
        Restored(RoleBindingNamed) = "restored",
    }
}

/// What a binding gives to whom. Reasons are read from the binding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleBindingEventSpec {
    /// The role.
    pub role: Role,
    /// To whom.
    pub subject: EventBindingSubject,
    /// Where.
    pub scope: BindingScope,
    /// When it ends by itself; `null` for never.
    pub expires_at: Option<Timestamp>,
    /// Whether it lets one of the partner's staff in.
    pub break_glass: bool,
}

/// Who has the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventBindingSubject {
    /// A user or a group.
    pub kind: SubjectKind,
    /// Its id.
    pub id: Uuid,
}

/// A role was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleBindingCreated {
    /// What people wrote on it.
    pub metadata: EventMetadata,
    /// What it gives to whom.
    pub spec: RoleBindingEventSpec,
}

changes! {
    /// A role binding changed; what is absent stayed as it was.
    RoleBindingUpdated {
        /// What changed of what people wrote on it.
        metadata: EventMetadataChanges,
        /// What it gave to whom before.
        before: RoleBindingEventSpec,
        /// What it gives to whom now.
        spec: RoleBindingEventSpec,
    }
}

/// A role binding's time is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleBindingEnded {
    /// What it gave to whom until then.
    pub spec: RoleBindingEventSpec,
}

/// A role binding went, or came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleBindingNamed {
    /// The name that it gave up, or has again.
    #[schema(example = "dev-team")]
    pub name: String,
    /// What it gave to whom, or gives again.
    pub spec: RoleBindingEventSpec,
}
