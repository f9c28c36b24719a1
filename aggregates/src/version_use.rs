//! Versions that something uses: of an add-on by a blueprint, of a blueprint by a cluster.

use crate::facts::{ReferenceChange, Requirement, Subject, Target};
use crate::reference::Reference;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A version of something: kept by the ids of both, with the names that they had then beside them for people.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VersionReference {
    /// The thing it is a version of.
    pub of: Reference,
    /// The version.
    pub version: Reference,
}

/// The ids of versions and of what they are versions of.
#[must_use]
pub fn ids<'a>(of: impl IntoIterator<Item = &'a VersionReference>) -> BTreeSet<Uuid> {
    of.into_iter().flat_map(|one| [one.of.id, one.version.id]).collect()
}

/// The versions, and what they are versions of, that something begins and stops to use. Whoever uses a version uses what
/// it is a version of, too: neither can be deleted meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionUse {
    /// From now on.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub begins: BTreeSet<Uuid>,
    /// No longer.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub ends: BTreeSet<Uuid>,
}

impl VersionUse {
    /// What changes from what is used to what shall be; see [`ids`].
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

    /// What is used from now on is active: the version, and what it is a version of.
    pub fn requirements(&self) -> impl Iterator<Item = Requirement> + '_ {
        self.begins.iter().map(|id| Requirement::active(*id))
    }
}
