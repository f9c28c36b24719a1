//! Why a group refuses.

/// A rule of the group's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroupRefusal {
    /// There is no such group.
    #[error("there is no such group")]
    NotFound,
    /// Its id is in use.
    #[error("the group exists already")]
    AlreadyExists,
    /// It is deleted.
    #[error("the group is deleted: restore it first")]
    Deleted,
    /// It is protected against deletion.
    #[error("the group is protected: set metadata.deletionProtection to false first")]
    DeletionProtected,
    /// It would have too many members.
    #[error("a group has at most {most} members")]
    TooManyMembers {
        /// The most it may have.
        most: usize,
    },
}
