//! Access keys.

use crate::resource::{Owned, Unset, input, reply, some_hours};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::net::IpAddr;
use utoipa::ToSchema;
use uuid::Uuid;
use values::{AccessKeyId, Cidr, Description, DisplayName, Name, Role, Timestamp};

reply! {
    /// What a member shows to be let in.
    ApiKey, ApiKeyKind = "ApiKey", ApiKeySpec, ApiKeyStatus
}

input! {
    /// An access key, as asked for.
    ApiKeyInput, ApiKeyKind = "ApiKey", ApiKeyMetadataInput, ApiKeySpecInput
}

/// `metadata` of a key, as asked for. What the system owns may be sent along, as a GET showed it, and is passed over.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiKeyMetadataInput {
    /// What its owner calls it; several keys may bear the same name.
    pub name: Name,
    /// A name for people.
    #[serde(default)]
    pub display_name: DisplayName,
    /// Free text.
    #[serde(default)]
    pub description: Description,
    #[serde(default)]
    #[schema(ignore)]
    id: Owned,
    #[serde(default)]
    #[schema(ignore)]
    partner_id: Owned,
    #[serde(default)]
    #[schema(ignore)]
    org_id: Owned,
    #[serde(default)]
    #[schema(ignore)]
    project_id: Owned,
    #[serde(default)]
    #[schema(ignore)]
    labels: Unset,
    #[serde(default)]
    #[schema(ignore)]
    annotations: Unset,
    #[serde(default)]
    #[schema(ignore)]
    version: Owned,
    #[serde(default)]
    #[schema(ignore)]
    deletion_protection: Unset,
    #[serde(default)]
    #[schema(ignore)]
    created_at: Owned,
    #[serde(default)]
    #[schema(ignore)]
    created_by: Owned,
    #[serde(default)]
    #[schema(ignore)]
    updated_at: Owned,
    #[serde(default)]
    #[schema(ignore)]
    updated_by: Owned,
    #[serde(default)]
    #[schema(ignore)]
    deleted_at: Owned,
}

/// What was asked for when the key was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeySpec {
    /// Whose it is.
    pub user_id: Uuid,
    /// How it is cut down below what its user may do.
    pub scope: KeyScope,
    /// Whether it never expires.
    pub never_expires: bool,
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ApiKeySpecInput {
    /// How long it lives, in hours; the org's default when absent.
    #[schema(minimum = 1, example = 720)]
    #[serde(deserialize_with = "some_hours")]
    pub validity_hours: Option<u32>,
    /// Whether it never expires; only where the org allows it.
    pub never_expires: bool,
    /// How it is cut down below what its user may do.
    pub scope: KeyScope,
    #[schema(ignore)]
    user_id: Owned,
}

/// How a key is cut down. Everything is what its user may do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct KeyScope {
    /// Whether it only reads.
    pub read_only: bool,
    /// The role whose rights it never exceeds.
    pub role_cap: Option<Role>,
    /// Ids of the projects it is good for; empty for all.
    pub projects: BTreeSet<Uuid>,
    /// The networks it may come from; empty for all.
    pub cidrs: BTreeSet<Cidr>,
}

/// What the system says of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyStatus {
    /// Where it stands.
    pub phase: ApiKeyPhase,
    /// The half of the credential that is not secret.
    pub access_key_id: AccessKeyId,
    /// The half that is; only in the reply that issues the key, and `null` where that reply is replayed.
    #[serde(skip_serializing_if = "Option::is_none", default, with = "shown_once")]
    #[schema(value_type = Option<String>, example = "qdsk_0123456789ABCDEF_…")]
    pub secret: Option<Option<String>>,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// The key that took its place.
    pub superseded_by: Option<Uuid>,
    /// Whether partner staff issued it.
    pub by_partner: bool,
    /// Why it was revoked.
    pub reason: Option<String>,
    /// When it was last used; at most 60 s stale, absent under `asOf`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_used: Option<LastUse>,
    /// When it was last used; at most 60 s stale, `null` when it never was.
    pub last_used_at: Option<Timestamp>,
}

/// A key's last use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LastUse {
    /// From where.
    #[schema(value_type = String, example = "192.0.2.7")]
    pub address: IpAddr,
    /// By which client.
    #[schema(example = "api")]
    pub client: String,
}

/// Where a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ApiKeyPhase {
    /// Works until it expires.
    Active,
    /// Rotated: works until its overlap ends.
    Superseded,
    /// Its time is over.
    Expired,
    /// Ended by somebody.
    Revoked,
}

/// A member that is absent, `null` or a text, and tells the three apart.
mod shown_once {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::option_option, reason = "absent and null differ on the wire")]
    #[expect(clippy::ref_option, reason = "the signature is serde's")]
    pub(super) fn serialize<S: Serializer>(
        secret: &Option<Option<String>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        secret.as_ref().and_then(Option::as_ref).serialize(serializer)
    }

    #[expect(clippy::option_option, reason = "absent and null differ on the wire")]
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Option<String>>, D::Error> {
        Option::<String>::deserialize(deserializer).map(Some)
    }
}
