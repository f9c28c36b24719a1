//! The bodies of commands that have a name of their own.

use crate::resource::hours;
use serde::Deserialize;
use utoipa::ToSchema;
use values::Reason;

/// Why; may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct WithReason {
    /// Why; kept in the record.
    #[schema(example = "contract signed")]
    pub reason: Option<Reason>,
}

/// Why; must be said.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NeedsReason {
    /// Why; kept in the record, and shown in `status.reason`.
    #[schema(example = "unpaid")]
    pub reason: Reason,
}

/// Who shall be erased, said once more.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Erase {
    /// The user's e-mail address or id: what is erased does not come back.
    #[schema(example = "ci@acme.test", max_length = 254)]
    pub confirm: String,
    /// Why; kept in the record.
    #[serde(default)]
    #[schema(example = "asked to be forgotten")]
    pub reason: Option<Reason>,
}

/// How a key is rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Rotate {
    /// How long the old key still works, in hours.
    #[schema(minimum = 0, maximum = 168, example = 24)]
    #[serde(deserialize_with = "hours::<_, 0, 168>")]
    pub overlap_hours: u32,
}

impl Default for Rotate {
    fn default() -> Self {
        Self { overlap_hours: 24 }
    }
}
