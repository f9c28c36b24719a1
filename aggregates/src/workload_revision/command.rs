//! What can be asked of a revision.

use super::Revision;

/// A command to a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkloadRevisionCommand {
    /// Keep what was published.
    Create(Box<Revision>),
}
