//! Where something shall be: on which clusters.

use crate::facts::{ReferenceChange, Requirement, Subject, Target};
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

/// The clusters that something begins and stops to use. What uses a cluster is named by it for as long as it is there,
/// and what is published uses the clusters it is on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterUse {
    /// From now on.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub begins: BTreeSet<Uuid>,
    /// No longer.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub ends: BTreeSet<Uuid>,
}

impl ClusterUse {
    /// What changes from what is used to what shall be.
    #[must_use]
    pub fn between(before: &BTreeSet<Uuid>, after: &BTreeSet<Uuid>) -> Self {
        Self { begins: after - before, ends: before - after }
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.begins.is_empty() && self.ends.is_empty()
    }

    /// What the subject begins and stops to use.
    pub fn references(&self, of: Subject) -> impl Iterator<Item = ReferenceChange> + '_ {
        let drop = move |id: &Uuid| ReferenceChange::Drop { to: Target::used(of.scope, *id) };
        let add = move |id: &Uuid| ReferenceChange::Add { to: Target::used(of.scope, *id), until: None };
        self.ends.iter().map(drop).chain(self.begins.iter().map(add))
    }

    /// What is used from now on is there.
    pub fn requirements(&self) -> impl Iterator<Item = Requirement> + '_ {
        self.begins.iter().map(|id| placeable(*id))
    }
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
