//! Who am I.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;
use values::{AccessKeyId, Role, Timestamp};

/// The caller, as the service sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The user.
    pub user: MeUser,
    /// Where it is a member, as far as this credential reaches.
    pub memberships: Vec<MeMembership>,
    /// The access key that was shown.
    pub key: MeKey,
    /// The roles that count for this credential.
    pub roles: BTreeSet<Role>,
    /// What this credential may do in its scope.
    #[schema(example = json!(["org.read", "user.read"]))]
    pub permissions: Vec<String>,
}

/// The user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeUser {
    /// Its id.
    pub id: Uuid,
    /// E-mail address.
    pub email: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
}

/// One membership.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeMembership {
    /// What it is a membership of.
    pub kind: MembershipKind,
    /// The org's, partner's or platform's id.
    pub id: Uuid,
    /// The org's or partner's name.
    pub name: Option<String>,
    /// Its phase.
    pub phase: String,
    /// Its roles there.
    pub roles: BTreeSet<Role>,
}

/// What a membership is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum MembershipKind {
    /// The installation.
    Platform,
    /// A partner's staff.
    Partner,
    /// An org.
    Org,
}

/// The access key that was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeKey {
    /// Its id.
    pub id: Uuid,
    /// Its public half.
    pub access_key_id: AccessKeyId,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// Whether it only reads.
    pub read_only: bool,
}
