//! Checks of access: whether somebody may do something somewhere, and through what.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::{NameOrId, Role, Timestamp};

/// The question.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessCheckInput {
    /// Who; the caller, unless said.
    #[serde(default)]
    pub actor: Option<AccessActor>,
    /// What.
    #[schema(example = "cluster.create")]
    pub permission: String,
    /// In which org, by name or id.
    pub org: NameOrId,
    /// In which project, by name or id; the org itself, unless said.
    #[serde(default)]
    pub project: Option<NameOrId>,
    /// In which of the project's namespaces, by name or id.
    #[serde(default)]
    pub namespace: Option<NameOrId>,
}

/// Somebody who acts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessActor {
    /// A user, with all its rights, or one of its access keys, with what the key is cut down to.
    pub kind: AccessActorKind,
    /// The user's id or e-mail address, or the key's public half.
    #[schema(example = "QDAK0123456789ABCDEF")]
    pub id: String,
}

/// Who can be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub enum AccessActorKind {
    /// A user.
    User,
    /// An access key.
    ApiKey,
}

/// The answer, as of now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessCheck {
    /// Whether the actor may.
    pub allowed: bool,
    /// Everything that lets it, each alone enough.
    pub through: Vec<AccessThrough>,
    /// The permission that is missing, where it may not.
    pub missing_permission: Option<String>,
    /// The roles that would give it somewhere, where it may not.
    pub granted_by_roles: Vec<Role>,
}

/// What gives a permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessThrough {
    /// A membership or a role binding.
    pub kind: AccessThroughKind,
    /// The role binding's id; for a membership the user's.
    pub id: Uuid,
    /// The role binding's name.
    pub name: Option<String>,
    /// The role.
    pub role: Role,
    /// The group by which the actor has it.
    pub group_id: Option<Uuid>,
    /// The project that the role is given on, where it is not a wider scope.
    pub project_id: Option<Uuid>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// What can give a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum AccessThroughKind {
    /// The roles of the membership itself.
    Membership,
    /// A role binding.
    RoleBinding,
}
