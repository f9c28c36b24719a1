//! Role bindings: who has which role where, and until when.

use crate::resource::{Owned, reply};
use crate::{ApiVersion, Condition, MetadataInput, Reference, ReferenceInput};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::{Reason, Role, Timestamp};

reply! {
    /// A role that a user or a group has on an org, a project or some of its namespaces.
    RoleBinding, RoleBindingKind = "RoleBinding", RoleBindingSpec, RoleBindingStatus
}

/// A role binding, as sent.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleBindingInput {
    /// Always `v1`.
    #[serde(default)]
    pub api_version: ApiVersion,
    /// Always `RoleBinding`.
    #[serde(default)]
    pub kind: RoleBindingKind,
    /// What identifies it.
    pub metadata: MetadataInput,
    /// What people set.
    pub spec: RoleBindingSpecInput,
    #[serde(default)]
    #[schema(ignore)]
    status: Owned,
}

/// What people set on a role binding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleBindingSpec {
    /// The role that is given.
    pub role: Role,
    /// To whom.
    pub subject: BindingSubject,
    /// Where.
    pub scope: BindingScope,
    /// When it ends by itself; `null` for never.
    pub expires_at: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
}

/// What people set on a role binding, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleBindingSpecInput {
    /// The role to give. Roles of orgs are given on the org, roles of projects on the org (then in all its projects) or
    /// on one project, roles of namespaces on namespaces of a project.
    pub role: Role,
    /// To whom.
    pub subject: BindingSubjectInput,
    /// Where.
    pub scope: BindingScopeInput,
    /// When it ends by itself; never, unless said. At most eight hours ahead for the partner's staff.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// Why; must be said when the partner's staff let themselves in.
    #[serde(default)]
    pub reason: Option<Reason>,
}

/// Who has the role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BindingSubject {
    /// A user or a group.
    pub kind: SubjectKind,
    /// The user's e-mail address, or the group's name when it was referred to.
    #[schema(example = "dev")]
    pub name: String,
    /// Its id.
    pub id: Uuid,
}

/// Who shall have the role: by name, by id, or by both, which must agree.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BindingSubjectInput {
    /// A user or a group.
    pub kind: SubjectKind,
    /// The user's e-mail address, or the group's name.
    #[serde(default)]
    #[schema(example = "dev")]
    pub name: Option<String>,
    /// Its id.
    #[serde(default)]
    pub id: Option<Uuid>,
}

/// What can have a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum SubjectKind {
    /// A user of the org, or for some hours one of the partner's staff.
    User,
    /// A group of the org.
    Group,
}

/// Where a role is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BindingScope {
    /// The project; `null` for the whole org.
    pub project: Option<Reference>,
    /// The project's namespaces; none for the whole project.
    pub namespaces: Vec<Reference>,
}

/// Where a role is to be given.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BindingScopeInput {
    /// The project. It must be said: `null` is the whole org, and what was forgotten is not everything.
    #[serde(deserialize_with = "said")]
    #[schema(required = true)]
    pub project: Option<ReferenceInput>,
    /// The project's namespaces; for roles of namespaces only.
    #[serde(default)]
    pub namespaces: Vec<ReferenceInput>,
}

/// Reads what may be `null` and may not be absent.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ReferenceInput>, D::Error> {
    Option::deserialize(deserializer)
}

/// What the system says of a role binding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleBindingStatus {
    /// Where it stands.
    pub phase: RoleBindingPhase,
    /// What is the case about it: `InForce` says whether it gives its role, and since when it does or does not.
    pub conditions: Vec<Condition>,
    /// Whether it lets one of the partner's staff in.
    pub break_glass: bool,
    /// When it was noted that its time is over.
    pub expired_at: Option<Timestamp>,
}

/// Where a role binding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RoleBindingPhase {
    /// It gives its role, until its end.
    Active,
    /// Its time is over.
    Expired,
    /// Deleted.
    Deleted,
}
