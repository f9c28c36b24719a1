//! What can be asked of an entry.

use super::Attempt;

/// A command to an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessCommand {
    /// Write it.
    Note(Box<Attempt>),
}
