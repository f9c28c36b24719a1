//! Signing up.

use serde::Deserialize;
use utoipa::ToSchema;
use values::{DisplayName, Email, Name, PersonName};

/// An org that asks to be let in, and its first user.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Signup {
    /// The org.
    pub org: SignupOrg,
    /// Who will administer it.
    pub user: SignupUser,
}

/// The org that asks to be let in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignupOrg {
    /// Its name; unique in the partner.
    pub name: Name,
    /// A name for people.
    #[serde(default)]
    pub display_name: DisplayName,
}

/// Who will administer the org.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignupUser {
    /// E-mail address.
    pub email: Email,
    /// Given name.
    #[serde(default)]
    pub first_name: PersonName,
    /// Family name.
    #[serde(default)]
    pub last_name: PersonName,
}
