//! In which other projects a thing may be used.

use crate::facts::{ReferenceChange, ReferenceKind, Subject, Target};
use crate::reference::Reference;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// In which projects, besides its own, a cluster, an add-on or a blueprint may be used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "camelCase")]
pub enum Sharing {
    /// In no other.
    #[default]
    None,
    /// In all projects of the org.
    All,
    /// In these.
    Projects {
        /// The projects.
        projects: BTreeSet<Reference>,
    },
}

impl Sharing {
    /// The rows that come and go when the subject was shared in one way and is shared in another.
    #[must_use]
    pub fn between(before: &Self, after: &Self, of: Subject) -> Vec<ReferenceChange> {
        let (before, after) = (before.targets(of), after.targets(of));
        let dropped = before.difference(&after).map(|to| ReferenceChange::Drop { to: *to });
        let added = after.difference(&before).map(|to| ReferenceChange::Add { to: *to, until: None });
        dropped.chain(added).collect()
    }

    fn targets(&self, of: Subject) -> BTreeSet<Target> {
        let with = |id| Target { scope: of.scope, id, kind: ReferenceKind::SharedWith };
        match self {
            Self::None => BTreeSet::new(),
            Self::All => BTreeSet::from([with(of.scope.as_uuid())]),
            Self::Projects { projects } => projects.iter().map(|project| with(project.id)).collect(),
        }
    }
}
