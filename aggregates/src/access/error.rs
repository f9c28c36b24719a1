//! Why an entry refuses.

/// A rule that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessRefusal {
    /// It is written already.
    #[error("the entry is written already")]
    AlreadyNoted,
}
