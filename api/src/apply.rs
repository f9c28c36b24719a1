//! Apply: many documents at once.

use crate::ApiVersion;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// One document of an apply: what a `PUT` of the thing takes, and in `metadata` where the thing is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApplyDocument {
    /// Always `v1`.
    #[serde(default)]
    pub api_version: ApiVersion,
    /// The kind: `Project`, `Group`, `RoleBinding`, `Addon`, `AddonVersion`, `Blueprint`, `BlueprintVersion`, `Cluster`,
    /// `Namespace`, `Workload` or `Webhook`.
    #[schema(example = "Namespace")]
    pub kind: String,
    /// As in the kind's own `metadata`; beside that `project`, by name or id, for what is in one, and `addon` or `blueprint`
    /// for a version of one.
    #[schema(value_type = Object)]
    pub metadata: Map<String, Value>,
    /// As the kind's own; of a version also `active`: `true` activates it, once it is stored.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub spec: Map<String, Value>,
    /// Accepted as a GET shows it, and passed over.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub status: Map<String, Value>,
}

/// What an apply came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplyReply {
    /// Whether it was all or nothing.
    pub atomic: bool,
    /// Whether it was only asked what would happen; absent where it happened.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub dry_run: Option<bool>,
    /// What each document came to, in the order in which they were sent.
    pub results: Vec<ApplyResult>,
}

/// What one document came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplyResult {
    /// Which document, counted from 0.
    pub index: usize,
    /// The line on which it begins, counted from 1.
    pub line: usize,
    /// Its kind; empty where it says none.
    #[schema(example = "Project")]
    pub kind: String,
    /// Its name; empty where it says none.
    #[schema(example = "payments")]
    pub name: String,
    /// The project that it names.
    pub project: Option<String>,
    /// The add-on or the blueprint that it names, where it is a version.
    pub parent: Option<String>,
    /// What it came to.
    pub result: ApplyOutcome,
    /// The thing; `null` where there is none.
    pub id: Option<Uuid>,
    /// The thing's version.
    pub version: Option<i64>,
    /// Why it was refused: the problem that the operation on this thing alone would have ended in. Pointers are into the
    /// document.
    #[schema(value_type = Option<Object>)]
    pub problem: Option<Value>,
}

/// What a document came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ApplyOutcome {
    /// The thing was made.
    Created,
    /// The thing was there, and changed.
    Configured,
    /// The thing was there, as declared.
    Unchanged,
    /// The document was refused.
    Refused,
}
