//! Orgs: the customers of a partner.

use crate::MetadataInput;
use crate::resource::{hours, input, reply};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{Email, ExternalId, NameOrId, PersonName, Phone, Timestamp};

reply! {
    /// A customer of a partner.
    Org, OrgKind = "Org", OrgSpec, OrgStatus
}

input! {
    /// An org, as sent.
    OrgInput, OrgKind = "Org", MetadataInput, OrgSpecInput
}

/// What people set on an org.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrgSpec {
    /// The org's id in the partner's own books; unique in the partner.
    pub external_id: Option<ExternalId>,
    /// Whom to talk to.
    pub contact: Option<Contact>,
    /// What holds for its members.
    pub settings: OrgSettings,
}

/// What people set on an org, as sent.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrgSpecInput {
    /// The partner it shall belong to, by name or id. Only the operator may choose; it cannot change.
    #[serde(default)]
    pub partner: Option<NameOrId>,
    /// The org's id in the partner's own books; unique in the partner.
    #[serde(default)]
    pub external_id: Option<ExternalId>,
    /// Whom to talk to.
    #[serde(default)]
    pub contact: Option<ContactInput>,
    /// What holds for its members.
    #[serde(default)]
    pub settings: OrgSettings,
}

/// The person to talk to about an org.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Given name.
    #[schema(example = "Ada")]
    pub first_name: String,
    /// Family name.
    #[schema(example = "Lovelace")]
    pub last_name: String,
    /// E-mail address.
    #[schema(example = "ada@acme.test")]
    pub email: Option<String>,
    /// Telephone number.
    #[schema(example = "+44 20 7946 0000")]
    pub phone: Option<String>,
}

/// The person to talk to about an org, as sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactInput {
    /// Given name.
    #[serde(default)]
    pub first_name: PersonName,
    /// Family name.
    #[serde(default)]
    pub last_name: PersonName,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<Email>,
    /// Telephone number.
    #[serde(default)]
    pub phone: Option<Phone>,
}

/// What an org decides for its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OrgSettings {
    /// How long an access key lives when its issuer does not say, in hours.
    #[schema(minimum = 1, example = 2160)]
    #[serde(deserialize_with = "hours::<_, 1, { u32::MAX }>")]
    pub api_key_default_validity_hours: u32,
    /// The longest an access key may live, in hours.
    #[schema(minimum = 1, example = 8760)]
    #[serde(deserialize_with = "hours::<_, 1, { u32::MAX }>")]
    pub api_key_max_validity_hours: u32,
    /// Whether access keys may live for ever.
    pub allow_non_expiring_keys: bool,
    /// Whether partner staff may issue access keys for the org's members.
    pub allow_partner_keys: bool,
    /// Whether partner staff may give themselves rights inside the org for some hours.
    pub allow_break_glass: bool,
}

impl Default for OrgSettings {
    fn default() -> Self {
        Self {
            api_key_default_validity_hours: 2_160,
            api_key_max_validity_hours: 8_760,
            allow_non_expiring_keys: false,
            allow_partner_keys: true,
            allow_break_glass: false,
        }
    }
}

/// What the system says of an org.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrgStatus {
    /// Where it stands.
    pub phase: OrgPhase,
    /// How it came to be.
    pub origin: OrgOrigin,
    /// When it was approved.
    pub approved_at: Option<Timestamp>,
    /// Why it is in its phase.
    pub reason: Option<String>,
}

/// Where an org stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum OrgPhase {
    /// Waits for its partner's word.
    PendingApproval,
    /// Its members may act.
    Active,
    /// Its members may not act.
    Deactivated,
    /// Turned down.
    Rejected,
    /// Deleted; restoring brings it back as it was.
    Deleted,
}

/// How an org came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum OrgOrigin {
    /// Its partner, or the operator, made it.
    Partner,
    /// It signed up by itself.
    Signup,
}
