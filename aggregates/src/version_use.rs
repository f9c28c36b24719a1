//! Versions that something uses: of an add-on by a blueprint, of a blueprint by a cluster.

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

/// The ids of versions and of what they are versions of. Whoever uses a version uses what it is a version of, too: neither
/// can be deleted meanwhile.
#[must_use]
pub fn ids<'a>(of: impl IntoIterator<Item = &'a VersionReference>) -> BTreeSet<Uuid> {
    of.into_iter().flat_map(|one| [one.of.id, one.version.id]).collect()
}
