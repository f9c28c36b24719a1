//! Users of an org, staff of a partner, operators: memberships, shown as the kind `User`.

use crate::ApiVersion;
use crate::resource::{Owned, reply};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use values::{Email, PersonName, Role};

reply! {
    /// A person or machine, as a member of one org (or of a partner's staff, or of the operators).
    User, UserKind = "User", UserSpec, UserStatus
}

/// A user, as sent. Nothing in `metadata` is set by people: the e-mail address names the user.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserInput {
    /// Always `v1`.
    #[serde(default)]
    pub api_version: ApiVersion,
    /// Always `User`.
    #[serde(default)]
    pub kind: UserKind,
    /// What people set.
    pub spec: UserSpecInput,
    #[serde(default)]
    #[schema(ignore)]
    metadata: Owned,
    #[serde(default)]
    #[schema(ignore)]
    status: Owned,
}

/// What people set on a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserSpec {
    /// E-mail address; unique in the partner.
    #[schema(example = "ci@acme.test")]
    pub email: String,
    /// Given name.
    #[schema(example = "CI")]
    pub first_name: String,
    /// Family name.
    #[schema(example = "Bot")]
    pub last_name: String,
    /// How it comes in.
    pub access: Access,
    /// What it may do in the whole scope.
    pub roles: BTreeSet<Role>,
}

/// What people set on a user, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserSpecInput {
    /// E-mail address; unique in the partner, kept in lower case.
    pub email: Email,
    /// Given name.
    #[serde(default)]
    pub first_name: PersonName,
    /// Family name.
    #[serde(default)]
    pub last_name: PersonName,
    /// How it comes in; cannot change.
    #[serde(default)]
    pub access: Access,
    /// What it may do in the whole scope.
    #[serde(default)]
    pub roles: BTreeSet<Role>,
}

/// How a user comes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Access {
    /// A person, who may sign in to the console.
    #[default]
    Console,
    /// A machine, with keys only.
    Programmatic,
}

/// What the system says of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserStatus {
    /// Where it stands.
    pub phase: UserPhase,
    /// Why it is suspended or removed.
    pub reason: Option<String>,
}

/// Where a user stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum UserPhase {
    /// Added, has not signed in; keys work.
    Invited,
    /// Signed in, or a machine.
    Active,
    /// May not act.
    Suspended,
    /// Was taken out.
    Removed,
    /// Was taken out, and its personal data is gone for good: `[erased]` is shown in its place.
    Erased,
}
