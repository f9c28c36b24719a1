//! The history of one thing: its versions, what lies between two of them, and who set what.

use crate::{AuditActor, Change};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use values::{Reason, Timestamp};

/// One version of a thing: who made it, when and why, and what changed by it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// The version, as `metadata.version` and `ETag` said it.
    pub version: i64,
    /// Where it stands in the record: the org's own position under `/v1/orgs/{org}`, else the installation's.
    pub position: i64,
    /// When it was recorded.
    pub time: Timestamp,
    /// Who made it.
    pub actor: AuditActor,
    /// The public half of the access key that was shown.
    pub credential_id: Option<String>,
    /// By which kind of client: `console`, `rctl`, `api`, `agent` or `system`.
    pub client: Option<String>,
    /// Why, as the caller said.
    pub reason: Option<String>,
    /// The request.
    pub request_id: String,
    /// What was recorded.
    pub event_types: Vec<String>,
    /// What changed since the version before, field by field; the first version changes everything that it says.
    pub changes: Vec<Change>,
}

/// What lies between two versions of a thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// The version that the comparison starts from.
    pub from: i64,
    /// The version that it leads to.
    pub to: i64,
    /// Turns `from` into `to`: what people set of `metadata`, `spec` and `status` (RFC 6902).
    pub patch: Vec<PatchOperation>,
    /// Turns `to` into `from` (RFC 6902).
    pub reverse_patch: Vec<PatchOperation>,
    /// The same, field by field.
    pub changes: Vec<Change>,
}

/// One step of a patch (RFC 6902).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", rename_all = "camelCase")]
pub enum PatchOperation {
    /// Adds a value.
    Add {
        /// Where (RFC 6901).
        #[schema(example = "/metadata/labels/tier")]
        path: String,
        /// The value.
        value: Value,
    },
    /// Removes a value.
    Remove {
        /// Where (RFC 6901).
        #[schema(example = "/spec/quota/pods")]
        path: String,
    },
    /// Puts a value in the place of another.
    Replace {
        /// Where (RFC 6901).
        #[schema(example = "/metadata/displayName")]
        path: String,
        /// The value.
        value: Value,
    },
}

/// Who set what in a thing's `spec`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Blame {
    /// The version that is explained.
    pub version: i64,
    /// Every field of its `spec`, in the document's order.
    pub items: Vec<BlamedField>,
}

/// A field, and who set it last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlamedField {
    /// The field (RFC 6901). Lists count as one field.
    #[schema(example = "/spec/quota/pods")]
    pub pointer: String,
    /// What it says.
    pub value: Value,
    /// The version from which on it has said so.
    pub version: i64,
    /// Where that version stands in the record.
    pub position: i64,
    /// When that was.
    pub time: Timestamp,
    /// Who set it.
    pub actor: AuditActor,
    /// The public half of the access key that was shown.
    pub credential_id: Option<String>,
    /// By which kind of client.
    pub client: Option<String>,
    /// Why, as the caller said.
    pub reason: Option<String>,
    /// The request.
    pub request_id: String,
}

/// Which version a thing shall be like again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Revert {
    /// The version, as `…/history` lists it.
    #[schema(minimum = 1, example = 3)]
    pub to_version: u32,
    /// Why; kept in the record.
    #[serde(default)]
    #[schema(example = "the new quota was too small")]
    pub reason: Option<Reason>,
}
