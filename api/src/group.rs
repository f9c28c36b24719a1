//! Groups: some members of an org, to give roles to together.

use crate::resource::{input, reply};
use crate::{Condition, MetadataInput, Reference, UserReferenceInput};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

reply! {
    /// Some members of an org, to give roles to together.
    Group, GroupKind = "Group", GroupSpec, GroupStatus
}

input! {
    /// A group, as sent.
    GroupInput, GroupKind = "Group", MetadataInput, GroupSpecInput
}

/// What people set on a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupSpec {
    /// Who is in it, by e-mail address and id.
    pub members: Vec<Reference>,
}

/// What people set on a group, as sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroupSpecInput {
    /// Who shall be in it: users of the org, by e-mail address or id; at most 1,000.
    #[serde(default)]
    #[schema(max_items = 1_000)]
    pub members: Vec<UserReferenceInput>,
}

/// What the system says of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupStatus {
    /// Where it stands.
    pub phase: GroupPhase,
    /// What is the case about it.
    pub conditions: Vec<Condition>,
}

/// Where a group stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum GroupPhase {
    /// Roles can be given to it.
    Active,
    /// Deleted.
    Deleted,
}
