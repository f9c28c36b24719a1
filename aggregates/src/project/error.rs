//! Why a project refuses.

use crate::quota::Resource;

/// A rule of the project's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectRefusal {
    /// There is no such project.
    #[error("there is no such project")]
    NotFound,
    /// Its id is in use.
    #[error("the project exists already")]
    AlreadyExists,
    /// It is deleted.
    #[error("the project is deleted: restore it first")]
    Deleted,
    /// It is protected against deletion.
    #[error("the project is protected: set metadata.deletionProtection to false first")]
    DeletionProtected,
    /// What a namespace gets by default is more than there is.
    #[error("the default for a namespace is more than the project's whole quota of {}", .0.as_str())]
    DefaultAboveQuota(Resource),
}
