//! Drift: what is found on a cluster and was not declared.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is done about what differs on a cluster from what was declared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Drift {
    /// Whether it is looked for.
    pub enabled: bool,
    /// What happens where it is found.
    pub action: DriftAction,
}

/// What happens where something differs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum DriftAction {
    /// It is told.
    #[default]
    Notify,
    /// It is told, and not let in.
    Deny,
}
