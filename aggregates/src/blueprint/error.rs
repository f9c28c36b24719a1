//! Why a blueprint refuses.

/// A rule of the blueprint's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlueprintRefusal {
    /// There is no such blueprint.
    #[error("there is no such blueprint")]
    NotFound,
    /// Its id is in use.
    #[error("the blueprint exists already")]
    AlreadyExists,
    /// It is deleted.
    #[error("the blueprint is deleted: restore it first")]
    Deleted,
    /// It is protected against deletion.
    #[error("the blueprint is protected: set metadata.deletionProtection to false first")]
    DeletionProtected,
    /// What builds on it relies on what it is.
    #[error("whether a blueprint is golden is decided when it is made: make another blueprint")]
    TypeIsFixed,
}
