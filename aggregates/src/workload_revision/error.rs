//! Why a revision refuses.

/// A rule of the revision's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkloadRevisionRefusal {
    /// Its id is in use.
    #[error("the revision exists already, and never changes")]
    AlreadyExists,
}
