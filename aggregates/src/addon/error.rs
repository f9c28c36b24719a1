//! Why an add-on refuses.

/// A rule of the add-on's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddonRefusal {
    /// There is no such add-on.
    #[error("there is no such add-on")]
    NotFound,
    /// Its id is in use.
    #[error("the add-on exists already")]
    AlreadyExists,
    /// It is deleted.
    #[error("the add-on is deleted: restore it first")]
    Deleted,
    /// It is protected against deletion.
    #[error("the add-on is protected: set metadata.deletionProtection to false first")]
    DeletionProtected,
    /// Its type was said when it was made.
    #[error("the type of an add-on cannot be changed: make another add-on")]
    TypeIsFixed,
}
