//! Restoring a thing with what was in it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// What restoring a project with what was in it came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RestoreReply {
    /// Whether it was only asked what would happen; absent where it happened.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub dry_run: Option<bool>,
    /// What each thing came to; the project first.
    pub results: Vec<RestoreResult>,
}

/// What one thing came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RestoreResult {
    /// Its kind.
    #[schema(example = "Namespace")]
    pub kind: String,
    /// It.
    pub id: Uuid,
    /// Its name.
    #[schema(example = "checkout")]
    pub name: String,
    /// The add-on or the blueprint that it is a version of, by name.
    pub parent: Option<String>,
    /// What it came to.
    pub result: RestoreOutcome,
    /// Its version; `null` where it was refused.
    pub version: Option<i64>,
    /// Why it was refused: the problem that restoring it alone would have ended in.
    #[schema(value_type = Option<Object>)]
    pub problem: Option<Value>,
}

/// What a thing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RestoreOutcome {
    /// It was brought back.
    Restored,
    /// It was there.
    Unchanged,
    /// It cannot be brought back.
    Refused,
}
