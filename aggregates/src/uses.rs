//! What something begins and stops to use.

use crate::facts::{ReferenceChange, Requirement, Subject, Target};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The things that something begins and stops to use: the clusters that a placement names or that it is on, the versions
/// that it is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Uses {
    /// From now on.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub begins: BTreeSet<Uuid>,
    /// No longer.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub ends: BTreeSet<Uuid>,
}

impl Uses {
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

    /// What must hold of each thing that is used from now on.
    pub fn requirements(&self, of_each: fn(Uuid) -> Requirement) -> impl Iterator<Item = Requirement> + '_ {
        self.begins.iter().map(move |id| of_each(*id))
    }
}
