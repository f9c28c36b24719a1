//! Where something shall be: on which clusters.

use crate::facts::Requirement;
use crate::reference::Reference;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::LabelSelector;

/// The phases of a cluster that something new can be put on.
pub const PLACEABLE: &[&str] = &["awaitingAgent", "registered", "ready", "unhealthy", "disconnected"];

/// On which clusters something shall be: those that are named, and those that a selector selects when it is published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Placement {
    /// The clusters that are named.
    pub clusters: BTreeSet<Reference>,
    /// What the labels of others must be; without one there are no others.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub label_selector: Option<LabelSelector>,
}

/// The cluster is there, and takes something new.
#[must_use]
pub const fn placeable(cluster: Uuid) -> Requirement {
    Requirement::InPhase { id: cluster, phases: PLACEABLE }
}

/// Their ids.
#[must_use]
pub fn ids(of: &BTreeSet<Reference>) -> BTreeSet<Uuid> {
    of.iter().map(|reference| reference.id).collect()
}
